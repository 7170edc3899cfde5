// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
        // As in Kubernetes: a change makes all IfNeeded webhooks that were called before it due
        // again, the changing one not among them; one of the second round may do so too.
        Set<String> called = new HashSet<>();
        Set<String> due = new HashSet<>();
        if (!round(attributes, settle, every -> true, called, due)) {
            return;
        }
        ObjectNode before = attributes.object().map(ObjectNode::deepCopy).orElse(null);
        runSteps(attributes);
        if (before != null && !before.equals(attributes.object().orElseThrow())) {
            due.addAll(called);
            called.clear();
        }
        round(attributes, settle, due::contains, called, due);
    }

    /**
     * Calls webhooks. Who matches is asked of each when it is its turn, for labels may have
     * changed.
     *
     * @param wanted which, by their id
     * @param called gets those to be called again if somebody changes the object
     * @param due gets those of them after whom somebody did
     * @return whether one has changed the object
     */
    private boolean round(
            Attributes attributes,
            Consumer<ObjectNode> settle,
            Predicate<String> wanted,
            Set<String> called,
            Set<String> due) {
        boolean changed = false;
        for (Webhook webhook : webhooks.mutating(attributes.kind())) {
            Optional<Resource> as = webhooks.asked(webhook, attributes);
            if (as.isEmpty() || !wanted.test(webhook.id())) {
                continue;
            }
            if (call(webhook, as.get(), attributes, settle)) {
                changed = true;
                due.addAll(called);
                called.clear();
            }
            if (webhook.reinvokedIfNeeded()) {
                called.add(webhook.id());
            }
        }
        return changed;
    }

    /**
     * @throws ApiFault when a webhook denies it, or fails and its policy is Fail
     */
    public void validate(Attributes attributes) {
        List<ApiFault> refusals = new ArrayList<>();
        for (Webhook webhook : webhooks.validating(attributes.kind())) {
            Optional<Resource> as = webhooks.asked(webhook, attributes);
            if (as.isEmpty()) {
                continue;
            }
            try {
                caller.validate(webhook, as.get(), attributes);
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
    private boolean call(
            Webhook webhook, Resource as, Attributes attributes, Consumer<ObjectNode> settle) {
        try {
            Optional<ObjectNode> patched = caller.mutate(webhook, as, attributes);
            if (patched.equals(attributes.object())) {
                return false;
            }
            ObjectNode object = attributes.object().orElseThrow();
            ObjectNode before = object.deepCopy();
            object.removeAll();
            object.setAll(patched.orElseThrow());
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
