// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import io.serin.kube.type.KubeNamespace;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Writes warnings as events of the namespace that they are about, inside of it. Blocks. */
public final class Events {

    private final KubernetesClient client;
    private final InstantSource clock;

    public Events(Kube kube, InstantSource clock) {
        this.client = kube.client();
        this.clock = clock;
    }

    /**
     * Says it, once for each state of the namespace: the event's name is made of it, so that
     * neither another replica nor a new process says it again.
     *
     * @throws KubernetesClientException when the API server can't be reached or refuses
     */
    public void warn(KubeNamespace about, String reason, String message) {
        Event event = event(about, reason, message, clock.instant());
        try {
            var _ = client.v1().events().inNamespace(about.namespace()).resource(event).create();
        } catch (KubernetesClientException refused) {
            if (!KubeFault.isConflict(refused)) {
                throw refused;
            }
        }
    }

    static Event event(KubeNamespace about, String reason, String message, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .withName(name(about, reason))
                .withNamespace(about.namespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Namespace")
                .withName(about.namespace())
                // What kubectl get events -n shows; without it, the event would have to be in
                // default.
                .withNamespace(about.namespace())
                .withUid(about.uid())
                .endInvolvedObject()
                .withType("Warning")
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

    private static String name(KubeNamespace about, String reason) {
        return about.namespace()
                + "."
                + reason.toLowerCase(Locale.ROOT)
                + "."
                + Integer.toHexString(about.version().hashCode());
    }
}
