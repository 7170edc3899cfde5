// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import io.serin.kube.type.ObjectName;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Writes what is to be said of objects as their events, in their namespaces. Blocks. */
public final class Events {

    private static final long NANOS = 1_000_000_000;

    private final KubernetesClient client;
    private final InstantSource clock;

    public Events(Kube kube, InstantSource clock) {
        this.client = kube.client();
        this.clock = clock;
    }

    /**
     * Says it, once for each state of an object: the event's name is made of it, so that neither
     * another replica, nor another revision, nor a new process says it again.
     *
     * @param state tells it from others of the object: its version, say
     * @throws KubernetesClientException when the API server can't be reached or refuses
     */
    public void warn(About about, String state, String reason, String message) {
        Event event = event(about, state, reason, message, clock.instant());
        try {
            var _ =
                    client.v1()
                            .events()
                            .inNamespace(about.name().namespace())
                            .resource(event)
                            .create();
        } catch (KubernetesClientException refused) {
            if (!KubeFault.isConflict(refused)) {
                throw refused;
            }
        }
    }

    /**
     * An object of the API's core.
     *
     * @param name with its namespace; of a Namespace its name is both
     * @param uid empty where it is not known
     */
    public record About(String kind, ObjectName name, String uid) {

        public static About namespace(String name, String uid) {
            return new About("Namespace", new ObjectName(name, name), uid);
        }

        public static About pod(ObjectName name, String uid) {
            return new About("Pod", name, uid);
        }
    }

    /** As {@code kubectl describe} shows it. */
    public enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Type(String text) {
            this.text = text;
        }
    }

    /**
     * Says that something happened, every time.
     *
     * @throws KubernetesClientException when the API server can't be reached or refuses
     */
    public void tell(About about, Type type, String reason, String message) {
        Instant now = clock.instant();
        String name =
                about.name().name()
                        + "."
                        + Long.toHexString(now.getEpochSecond() * NANOS + now.getNano());
        var _ =
                client.v1()
                        .events()
                        .inNamespace(about.name().namespace())
                        .resource(event(about, name, type, reason, message, now))
                        .create();
    }

    static Event event(About about, String state, String reason, String message, Instant now) {
        return event(about, name(about, state, reason), Type.WARNING, reason, message, now);
    }

    private static Event event(
            About about, String name, Type type, String reason, String message, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(about.name().namespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind(about.kind())
                .withName(about.name().name())
                // What kubectl get events -n shows; without it, the event would have to be in
                // default.
                .withNamespace(about.name().namespace())
                .withUid(about.uid())
                .endInvolvedObject()
                .withType(type.text)
                .withReason(reason)
                .withMessage(message)
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withCount(1)
                .withNewSource()
                .withComponent("serin")
                .endSource()
                .build();
    }

    private static String name(About about, String state, String reason) {
        return about.name().name()
                + "."
                + reason.toLowerCase(Locale.ROOT)
                + "."
                + Integer.toHexString(state.hashCode());
    }
}
