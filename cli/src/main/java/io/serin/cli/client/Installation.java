// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Objects.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Puts a revision into a cluster, and takes it away. Blocks. */
public final class Installation {

    private static final String ADMISSION = "admissionregistration.k8s.io/v1";
    private static final String RBAC = "rbac.authorization.k8s.io/v1";

    /** In the order in which they are deleted: first nothing new comes, then nothing is left. */
    private static final List<Kind> KINDS =
            List.of(
                    new Kind(ADMISSION, "MutatingWebhookConfiguration", false),
                    new Kind(ADMISSION, "ValidatingWebhookConfiguration", false),
                    new Kind("apps/v1", "Deployment", true),
                    new Kind("v1", "Service", true),
                    new Kind("v1", "ConfigMap", true),
                    new Kind("v1", "Secret", true),
                    new Kind(RBAC, "RoleBinding", true),
                    new Kind(RBAC, "Role", true),
                    new Kind(RBAC, "ClusterRoleBinding", false),
                    new Kind(RBAC, "ClusterRole", false),
                    new Kind("v1", "ServiceAccount", true));

    private final ClusterReader reader;
    private final io.serin.kube.write.Objects objects;
    private final Consumer<String> progress;

    /**
     * @param progress is told what is waited for, whenever that changes
     */
    public Installation(Kube kube, Consumer<String> progress) {
        this.reader = new ClusterReader(kube);
        this.objects = new io.serin.kube.write.Objects(kube);
        this.progress = progress;
    }

    /**
     * Applies all objects and waits until the revision can inject and serve.
     *
     * @throws CliFault when an object of that name belongs to another revision, or the time is over
     */
    public void install(Revision revision, InstallValues values, Duration patience) {
        List<JsonNode> manifests = Manifests.render(revision, values);
        for (JsonNode manifest : manifests) {
            checkOwner(revision, manifest);
        }
        for (JsonNode manifest : manifests) {
            // The namespace may be there with labels of its own, which are nobody's business.
            if (!manifest.path("kind").asText().equals("Namespace")
                    || reader.object("v1", "Namespace", nameOf(manifest)).isEmpty()) {
                objects.apply(manifest);
            }
        }
        await(revision, patience);
    }

    private static ObjectName nameOf(JsonNode manifest) {
        return io.serin.kube.write.Objects.name(manifest);
    }

    private void checkOwner(Revision revision, JsonNode manifest) {
        Optional<JsonNode> present =
                reader.object(
                        manifest.path("apiVersion").asText(),
                        manifest.path("kind").asText(),
                        nameOf(manifest));
        if (present.isEmpty() || manifest.path("kind").asText().equals("Namespace")) {
            return;
        }
        String owner =
                present.get().path("metadata").path("labels").path(Labels.REVISION).asText("");
        if (!owner.equals(revision.value())) {
            throw CliFault.failed(
                    manifest.path("kind").asText()
                            + " "
                            + nameOf(manifest).name()
                            + " is there and belongs to revision '"
                            + owner
                            + "'; it is not touched",
                    "choose another name: serin install --revision NAME");
        }
    }

    private void await(Revision revision, Duration patience) {
        Instant end = Instant.now().plus(patience);
        String last = "";
        for (String missing = missing(revision); !missing.isEmpty(); missing = missing(revision)) {
            if (!missing.equals(last)) {
                progress.accept(missing);
                last = missing;
            }
            if (Instant.now().isAfter(end)) {
                throw new CliFault(
                        ExitCode.TIMED_OUT,
                        "revision " + revision + " is not ready: " + missing,
                        "look at it: kubectl -n istio-system describe pods -l istio.io/rev="
                                + revision);
            }
            Pause.briefly();
        }
    }

    /** What is not there yet; empty when all is. */
    private String missing(Revision revision) {
        String name = Objects.controlPlane(revision);
        for (ClusterReader.Rollout rollout : reader.rollouts(Objects.SYSTEM_NAMESPACE)) {
            if (rollout.name().name().equals(name) && !rollout.complete()) {
                return "deployment " + name + ": " + rollout.waitingFor();
            }
        }
        boolean filled =
                reader.object(
                                ADMISSION,
                                "MutatingWebhookConfiguration",
                                new ObjectName("", Objects.injector(revision)))
                        .map(Installation::isFilled)
                        .orElse(false);
        return filled
                ? new InjectionProbe(reader, objects).missing(revision)
                : "the caBundle of webhook " + Objects.injector(revision);
    }

    private static boolean isFilled(JsonNode configuration) {
        for (JsonNode webhook : configuration.path("webhooks")) {
            if (webhook.at("/clientConfig/caBundle").asText("").isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Deletes all objects of the revision, and no other's.
     *
     * @throws CliFault when there is no such revision, or somebody is on it and {@code force} is
     *     not given
     */
    public void uninstall(Revision revision, boolean force) {
        boolean exists =
                reader.object(
                                        ADMISSION,
                                        "MutatingWebhookConfiguration",
                                        new ObjectName("", Objects.injector(revision)))
                                .isPresent()
                        || reader.object(
                                        "apps/v1",
                                        "Deployment",
                                        new ObjectName(
                                                Objects.SYSTEM_NAMESPACE,
                                                Objects.controlPlane(revision)))
                                .isPresent();
        if (!exists) {
            throw CliFault.failed(
                    "there is no revision " + revision + "; nothing was deleted",
                    "see which there are: serin revision list");
        }
        Usage usage = Usage.of(reader, revision);
        if (usage.isInUse() && !force) {
            throw CliFault.failed(
                    "revision " + revision + " is in use: " + usage.describe(),
                    "move them first (relabel, kubectl rollout restart), or lose them: --force");
        }
        objects.delete(
                KINDS,
                Objects.SYSTEM_NAMESPACE,
                Map.of(Labels.REVISION, revision.value(), "app.kubernetes.io/managed-by", "serin"));
        // The certificate's Secret is the control plane's own making.
        objects.delete(
                List.of(new Kind("v1", "Secret", true)),
                Objects.SYSTEM_NAMESPACE,
                Map.of(Labels.REVISION, revision.value(), Labels.APP, Labels.APP_CONTROL_PLANE));
    }
}
