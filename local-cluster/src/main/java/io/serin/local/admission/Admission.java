// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admission in Kubernetes' order: the built-in steps, the mutating webhooks, once more what an
 * earlier one should see of a later one's changes, and at the very end the validating webhooks.
 * Blocks for as long as webhooks take.
 */
public final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final List<AdmissionStep> steps;
    private final Webhooks webhooks;
    private final WebhookCaller caller;

    public Admission(List<AdmissionStep> steps, Webhooks webhooks, WebhookCaller caller) {
        this.steps = List.copyOf(steps);
        this.webhooks = webhooks;
        this.caller = caller;
    }

    /**
     * Changes the object in place.
     *
     * @param settle brings a changed object into form: prunes it and sets defaults
     * @throws ApiFault when a step or a webhook denies it, or a webhook fails whose policy is Fail
     */
    public void mutate(Attributes attributes, Consumer<ObjectNode> settle) {
        runSteps(attributes);
        List<Webhook> matching = webhooks.mutating(attributes);
        if (matching.isEmpty()) {
            return;
        }
        // As in Kubernetes: a change makes all IfNeeded webhooks that were called before it due
        // again, the changing one not among them.
        Set<String> called = new HashSet<>();
        Set<String> due = new HashSet<>();
        boolean changed = false;
        for (Webhook webhook : matching) {
            if (call(webhook, attributes, settle)) {
                changed = true;
                due.addAll(called);
                called.clear();
            }
            if (webhook.reinvokedIfNeeded()) {
                called.add(webhook.id());
            }
        }
        if (!changed) {
            return;
        }
        ObjectNode before = attributes.object().map(ObjectNode::deepCopy).orElse(null);
        runSteps(attributes);
        if (before != null && !before.equals(attributes.object().orElseThrow())) {
            due.addAll(called);
        }
        // Its labels may have changed: who matches is asked again.
        for (Webhook webhook : webhooks.mutating(attributes)) {
            if (due.contains(webhook.id())) {
                call(webhook, attributes, settle);
            }
        }
    }

    /**
     * @throws ApiFault when a webhook denies it, or fails and its policy is Fail
     */
    public void validate(Attributes attributes) {
        List<ApiFault> refusals = new ArrayList<>();
        for (Webhook webhook : webhooks.validating(attributes)) {
            try {
                caller.review(webhook, attributes);
            } catch (WebhookFailure failure) {
                if (!webhook.ignoresFailure()) {
                    refusals.add(failure.fault(webhook));
                } else {
                    LOG.warn("ignored: {}", failure.fault(webhook).getMessage());
                }
            } catch (ApiFault denied) {
                refusals.add(denied);
            }
        }
        if (!refusals.isEmpty()) {
            throw refusals.getFirst();
        }
    }

    private void runSteps(Attributes attributes) {
        for (AdmissionStep step : steps) {
            step.admit(attributes);
        }
    }

    /** Whether it has changed the object. */
    private boolean call(Webhook webhook, Attributes attributes, Consumer<ObjectNode> settle) {
        try {
            ObjectNode object = attributes.object().orElse(null);
            ObjectNode patched = caller.mutate(webhook, attributes);
            if (object == null || patched.equals(object)) {
                return false;
            }
            ObjectNode before = object.deepCopy();
            object.removeAll();
            object.setAll(patched);
            settle.accept(object);
            return !before.equals(object);
        } catch (WebhookFailure failure) {
            if (!webhook.ignoresFailure()) {
                throw failure.fault(webhook);
            }
            LOG.warn("ignored: {}", failure.fault(webhook).getMessage());
            return false;
        }
    }
}
