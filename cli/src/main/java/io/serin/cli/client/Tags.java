// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Channel;
import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import io.serin.cli.client.TagPlan.AffectedPod;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.read.RevisionReader;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Objects.Kind;
import io.serin.kube.write.TagObjects;
import io.serin.kube.write.ValidatorObjects;
import io.serin.kube.write.Webhooks;
import io.serin.rollout.cluster.InjectionProbe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Sets, moves and removes tags. A tag moves in one step: selectors, whom they call and by which
 * authority it is known are one object. Blocks.
 */
public final class Tags {

    private static final Kind VALIDATOR =
            new Kind(InjectionWebhooks.API_VERSION, "ValidatingWebhookConfiguration", false);

    private static final List<Kind> KINDS =
            List.of(
                    new Kind(InjectionWebhooks.API_VERSION, InjectionWebhooks.KIND, false),
                    // The tag default has two of these.
                    VALIDATOR,
                    new Kind("v1", "Service", true),
                    // A channel's.
                    new Kind("v1", "ConfigMap", true),
                    new Kind("coordination.k8s.io/v1", "Lease", true));

    private final ClusterReader reader;
    private final RevisionReader revisions;
    private final io.serin.kube.write.Objects objects;
    private final Consumer<String> progress;

    /**
     * @param progress is told what is waited for, whenever that changes
     */
    public Tags(Kube kube, Consumer<String> progress) {
        this.reader = new ClusterReader(kube);
        this.revisions = new RevisionReader(kube);
        this.objects = new io.serin.kube.write.Objects(kube);
        this.progress = progress;
    }

    /**
     * What it would come to if a tag pointed to a revision. Changes nothing.
     *
     * @param overwrite whether it may point elsewhere now
     * @throws CliFault when it can't be set so
     */
    public TagPlan planSet(Tag tag, Revision target, boolean overwrite) {
        Channel.ofTag(tag.value())
                .filter(channel -> !isPaused(channel))
                .ifPresent(channel ->
                        checkUnkept(
                                channel,
                                "to move it by hand, hold the channel first: " + hold(channel)));
        MeshView mesh = MeshView.read(reader);
        InjectionWebhooks webhooks = mesh.webhooks();
        checkNames(tag, target, webhooks);
        String from = webhooks.tags().getOrDefault(tag.value(), "");
        if (!from.isEmpty() && !from.equals(target.value()) && !overwrite) {
            throw CliFault.failed(
                    "tag " + tag + " points to revision " + from + "; nothing was changed",
                    "to move it: serin tag set " + tag + " --revision " + target + " --overwrite");
        }
        InjectionWebhooks then = webhooks.with(pointed(tag, target, webhooks));
        Optional<JsonNode> plain = plainDefault(tag, webhooks);
        if (plain.isPresent() && !Deactivation.isAsleep(plain.get())) {
            then = then.with(Deactivation.asleep(plain.get()));
        }
        return plan(tag, from, target.value(), mesh, then);
    }

    /** A channel's revisions would move its tag to where they want it. */
    private void checkUnkept(Channel channel, String remedy) {
        List<String> keeping =
                revisions.revisions().stream()
                        .filter(known -> known.release().channel().equals(channel.value()))
                        .map(KubeRevision::revision)
                        .toList();
        if (!keeping.isEmpty()) {
            throw CliFault.failed(
                    "tag "
                            + channel.tag()
                            + " is moved by channel "
                            + channel
                            + " of revisions "
                            + String.join(", ", keeping)
                            + "; nothing was changed",
                    remedy);
        }
    }

    private static String hold(Channel channel) {
        return "kubectl annotate configmap "
                + Objects.channel(channel)
                + " -n istio-system "
                + Labels.CHANNEL_PAUSED
                + "=true";
    }

    private boolean isPaused(Channel channel) {
        return reader.configMap(new ObjectName(Objects.SYSTEM_NAMESPACE, Objects.channel(channel)))
                .map(held -> held.at("/metadata/annotations").path(Labels.CHANNEL_PAUSED))
                .map(paused -> paused.asText().equals("true"))
                .orElse(false);
    }

    private static void checkNames(Tag tag, Revision target, InjectionWebhooks webhooks) {
        if (!webhooks.revisions().contains(target.value())) {
            String isTag =
                    webhooks.tags().containsKey(target.value())
                            ? " (it is a tag of " + webhooks.resolve(target.value()) + ")"
                            : "";
            throw CliFault.failed(
                    "there is no revision " + target + isTag + "; nothing was changed",
                    "see which there are: serin revision list");
        }
        boolean isDefault = tag.equals(Tag.DEFAULT);
        if (isDefault && target.value().equals(tag.value())) {
            throw CliFault.failed(
                    "revision default is asked for by its own name; nothing was changed",
                    "to have it again where a tag took its place: serin tag remove default");
        }
        if (!isDefault && webhooks.revisions().contains(tag.value())) {
            throw CliFault.failed(
                    "tag " + tag + ": there is a revision of that name; nothing was changed",
                    "choose another name: both would be asked for the same pods");
        }
    }

    /**
     * What it would come to if a tag went back to where it pointed before.
     *
     * @throws CliFault when it was nowhere, or can't go there
     */
    public TagPlan planUndo(Tag tag) {
        TagState state = known(tag, MeshView.read(reader));
        if (state.previous().isEmpty()) {
            throw CliFault.failed(
                    "tag "
                            + tag
                            + " has always pointed to revision "
                            + state.revision()
                            + "; nothing was changed",
                    "to have no tag: serin tag remove " + tag);
        }
        return planSet(tag, new Revision(state.previous()), true);
    }

    /**
     * What it would come to if there were no such tag.
     *
     * @throws CliFault when there is none
     */
    public TagPlan planRemove(Tag tag) {
        Channel.ofTag(tag.value())
                .ifPresent(channel ->
                        checkUnkept(
                                channel,
                                "hold the channel, and take its revisions out of it: "
                                        + hold(channel)
                                        + "; serin install --revision NAME --set channel=none, beside"
                                        + " the values (--set, -f) that it was installed with"));
        MeshView mesh = MeshView.read(reader);
        InjectionWebhooks webhooks = mesh.webhooks();
        TagState state = known(tag, mesh);
        InjectionWebhooks then = webhooks.without(webhooks.ofTag(tag.value()).orElseThrow());
        Optional<JsonNode> plain = plainDefault(tag, webhooks);
        if (plain.isPresent() && Deactivation.isAsleep(plain.get())) {
            then = then.with(Deactivation.awake(plain.get()));
        }
        return plan(tag, state.revision(), "", mesh, then);
    }

    private static TagState known(Tag tag, MeshView mesh) {
        return TagState.of(mesh).stream()
                .filter(state -> state.tag().equals(tag.value()))
                .findFirst()
                .orElseThrow(() ->
                        CliFault.failed(
                                "there is no tag " + tag + "; nothing was changed",
                                "see which there are: serin tag list"));
    }

    private static TagPlan plan(
            Tag tag, String from, String to, MeshView mesh, InjectionWebhooks then) {
        List<AffectedPod> affected = new ArrayList<>();
        for (KubePod pod : mesh.pods()) {
            String before = mesh.next(pod, mesh.webhooks()).orElse("");
            String after = mesh.next(pod, then).orElse("");
            if (!before.equals(after)) {
                affected.add(
                        new AffectedPod(
                                pod.name().namespace(),
                                pod.name().name(),
                                pod.workload(),
                                mesh.on(pod).orElse(""),
                                before,
                                after));
            }
        }
        return new TagPlan(tag.value(), from, to, TagState.naming(mesh, tag.value()), affected);
    }

    /**
     * Does it, where all is still as it was planned. A tag is set only where its target injects,
     * and goes back where it turns out that it does not.
     *
     * @throws CliFault when something is not as it was, the time is over, or the thread is
     *     interrupted before the target has injected; the tag is then where it was
     */
    public void carryOut(TagPlan plan, Duration patience) {
        Tag tag = new Tag(plan.tag());
        InjectionWebhooks webhooks = InjectionWebhooks.read(reader);
        String from = webhooks.tags().getOrDefault(plan.tag(), "");
        if (!from.equals(plan.from())) {
            throw CliFault.failed(
                    "tag "
                            + tag
                            + (from.isEmpty() ? " is gone" : " points to revision " + from)
                            + " meanwhile; nothing was changed",
                    "look again: serin tag list");
        }
        if (plan.to().isEmpty()) {
            remove(tag, webhooks);
        } else {
            set(tag, new Revision(plan.to()), webhooks, patience);
        }
    }

    private void remove(Tag tag, InjectionWebhooks webhooks) {
        // First, so that for no moment nobody is asked: of two, the second finds its work done.
        wake(tag, webhooks);
        if (plainDefault(tag, webhooks).isPresent()) {
            handOver(Revision.DEFAULT, own -> own.path("metadata").path("labels"));
        }
        objects.delete(KINDS, Objects.SYSTEM_NAMESPACE, Map.of(Labels.TAG, tag.value()));
    }

    private void set(Tag tag, Revision target, InjectionWebhooks before, Duration patience) {
        Instant end = Instant.now().plus(patience);
        await(end, "tag " + tag + " was not set", () -> missing(target));
        JsonNode moved = pointed(tag, target, InjectionWebhooks.read(reader));
        try {
            objects.apply(moved);
            sleep(tag);
            await(
                    end,
                    "tag " + tag + " was not set",
                    () -> new InjectionProbe(reader, objects).missing(tag.value(), target));
        } catch (CliFault unproven) {
            goBack(tag, before);
            throw unproven;
        } catch (RuntimeException fault) {
            if (!Thread.currentThread().isInterrupted()) {
                throw fault;
            }
            // What was being written may have been.
            goBack(tag, before);
            throw CliFault.failed("interrupted; tag " + tag + " is where it was", "");
        }
        InjectionWebhooks.read(reader)
                .ofRevision(target.value())
                .flatMap(reader::called)
                .ifPresent(service -> objects.apply(TagObjects.service(tag, target, service)));
        validate(tag, target);
        if (tag.equals(Tag.DEFAULT)) {
            handOver(target, _ -> TagObjects.labels(tag, target));
        }
    }

    /** Has the target look at what names the tag; where it can't, the one before must not. */
    private void validate(Tag tag, Revision target) {
        validator(Objects.validator(target))
                .filter(ValidatorObjects::isOurs)
                .ifPresentOrElse(
                        own -> objects.apply(ValidatorObjects.ofTag(tag, target, own)),
                        () ->
                                objects.delete(
                                        List.of(VALIDATOR),
                                        "",
                                        Map.of(
                                                Labels.TAG,
                                                tag.value(),
                                                Labels.APP,
                                                Labels.APP_CONTROL_PLANE)));
    }

    /**
     * Hands the default validator over with the tag default, in one step. One that is somebody
     * else's stays as it is; so does it where the target has no validator that it could be like.
     */
    private void handOver(Revision target, UnaryOperator<JsonNode> labels) {
        if (validator(Objects.DEFAULT_VALIDATOR).map(ValidatorObjects::isOurs).orElse(true)) {
            validator(Objects.validator(target))
                    .ifPresent(own ->
                            objects.apply(
                                    ValidatorObjects.ofDefault(own, labels.apply(own)),
                                    Installation.FAILURE_POLICY_MANAGER));
        }
    }

    private Optional<JsonNode> validator(String name) {
        return reader.object(VALIDATOR.apiVersion(), VALIDATOR.name(), new ObjectName("", name));
    }

    /** What keeps a revision from being pointed to; empty for nothing. */
    private String missing(Revision revision) {
        InjectionWebhooks webhooks = InjectionWebhooks.read(reader);
        boolean isTrusted =
                webhooks.hooks().stream()
                        .filter(hook -> hook.tag().isEmpty())
                        .filter(hook -> hook.revision().equals(revision.value()))
                        .allMatch(InjectionWebhooks.Hook::isTrusted);
        if (!isTrusted) {
            return "the caBundle of revision " + revision + "'s webhooks";
        }
        // One that is asleep can't be asked by its own name.
        return webhooks.ofRevision(revision.value()).filter(Deactivation::isAsleep).isPresent()
                ? ""
                : new InjectionProbe(reader, objects).missing(revision);
    }

    private void await(Instant end, String otherwise, Supplier<String> missing) {
        String last = "";
        for (String next = missing.get(); !next.isEmpty(); next = missing.get()) {
            if (!next.equals(last)) {
                progress.accept(next);
                last = next;
            }
            if (Instant.now().isAfter(end)) {
                throw new CliFault(
                        ExitCode.TIMED_OUT,
                        otherwise + ", all is as before; waited in vain for " + next,
                        "see how the revision is: serin revision list");
            }
            Pause.briefly();
        }
    }

    /** Also on a thread that is interrupted, which could write nothing. */
    private void goBack(Tag tag, InjectionWebhooks before) {
        boolean isInterrupted = Thread.interrupted();
        try {
            before.ofTag(tag.value())
                    .ifPresentOrElse(
                            old -> objects.apply(asItWas(tag, old)),
                            () -> remove(tag, InjectionWebhooks.read(reader)));
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static JsonNode asItWas(Tag tag, JsonNode old) {
        return TagObjects.webhooks(
                tag,
                new Revision(InjectionWebhooks.revision(old)),
                old,
                previous(old),
                Webhooks.isEverywhere(old));
    }

    /** The tag's webhooks as they are to be. */
    private static JsonNode pointed(Tag tag, Revision target, InjectionWebhooks webhooks) {
        JsonNode injector =
                webhooks.ofRevision(target.value())
                        .orElseThrow(() ->
                                CliFault.failed(
                                        "revision " + target + " is gone; nothing was changed",
                                        "see which there are: serin revision list"));
        String previous =
                webhooks.ofTag(tag.value())
                        .map(old -> {
                            String from = InjectionWebhooks.revision(old);
                            return from.equals(target.value()) ? previous(old) : from;
                        })
                        .orElse("");
        return TagObjects.webhooks(tag, target, injector, previous, isEverywhere(tag, webhooks));
    }

    /**
     * Whether the tag {@code default} is to take in pods that no label speaks of: as the revision
     * that it takes the place of would, and where that is gone, as it did itself. So a tag that is
     * set or moved changes nothing of whether they get a sidecar.
     */
    private static boolean isEverywhere(Tag tag, InjectionWebhooks webhooks) {
        return plainDefault(tag, webhooks)
                .or(() -> webhooks.ofTag(tag.value()))
                .filter(Webhooks::isEverywhere)
                .isPresent();
    }

    private static String previous(JsonNode configuration) {
        return configuration
                .path("metadata")
                .path("annotations")
                .path(TagObjects.PREVIOUS)
                .asText("");
    }

    /** The configuration of the revision that is named as the tag {@code default} is. */
    private static Optional<JsonNode> plainDefault(Tag tag, InjectionWebhooks webhooks) {
        return tag.equals(Tag.DEFAULT)
                ? webhooks.ofRevision(DesiredRevision.DEFAULT)
                : Optional.empty();
    }

    private void sleep(Tag tag) {
        plainDefault(tag, InjectionWebhooks.read(reader))
                .filter(plain -> !Deactivation.isAsleep(plain))
                .ifPresent(plain -> objects.replace(Deactivation.asleep(plain)));
    }

    private void wake(Tag tag, InjectionWebhooks webhooks) {
        plainDefault(tag, webhooks)
                .filter(Deactivation::isAsleep)
                .ifPresent(plain -> objects.replace(Deactivation.awake(plain)));
    }
}
