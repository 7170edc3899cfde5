// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.CONFIG_MAPS;
import static io.serin.cli.check.Source.DAEMON_SETS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.ENDPOINT_SLICES;
import static io.serin.cli.check.Source.LEASES;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.SERVICES;
import static io.serin.cli.check.Source.VALIDATING;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.injector.InjectorConfig;
import io.serin.injector.decide.MeshConfig;
import io.serin.injector.template.TemplateFault;
import io.serin.kube.type.ObjectName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was installed beside the Deployments: Services, configuration, Leases; and what was left.
 */
final class InstalledObjects {

    private static final String STATUS_LEASE = "istio-gateway-status-leader-";
    private static final Duration LEASE_LATE = Duration.ofSeconds(60);
    private static final int HTTPS = 443;

    static final Group GROUP =
            new Group(
                    "installed objects",
                    Optional.of(ControlPlane.REVISION_INSTALLED),
                    List.of(
                            Check.of(
                                    "control-plane-service",
                                    "the Services are there",
                                    InstalledObjects::services,
                                    DEPLOYMENTS,
                                    SERVICES),
                            Check.of(
                                    "control-plane-endpoints",
                                    "the Services have endpoints",
                                    InstalledObjects::endpoints,
                                    DEPLOYMENTS,
                                    SERVICES,
                                    ENDPOINT_SLICES),
                            Check.of(
                                    "mesh-config",
                                    "injectors can read the mesh's configuration",
                                    InstalledObjects::meshConfig,
                                    DEPLOYMENTS,
                                    CONFIG_MAPS),
                            Check.of(
                                    "injector-config",
                                    "injectors can read their configuration",
                                    InstalledObjects::injectorConfig,
                                    DEPLOYMENTS,
                                    CONFIG_MAPS),
                            Check.of(
                                    "leader-lease",
                                    "one of several replicas leads",
                                    InstalledObjects::lease,
                                    DEPLOYMENTS,
                                    LEASES),
                            Check.of(
                                    "no-orphans",
                                    "nothing is left of a removed revision",
                                    InstalledObjects::orphans,
                                    DEPLOYMENTS,
                                    SERVICES,
                                    CONFIG_MAPS,
                                    DAEMON_SETS,
                                    MUTATING,
                                    VALIDATING)));

    private InstalledObjects() {}

    private static Finding services(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Revision revision : mesh.revisions()) {
            String name = Objects.controlPlane(revision);
            Optional<Item> service = mesh.service(new ObjectName(Objects.SYSTEM_NAMESPACE, name));
            String fix = Remedy.install(mesh, revision.value());
            if (service.isEmpty()) {
                flaws.add(new Flaw("service " + name + " is not there", fix));
                continue;
            }
            for (int port : List.of(Ports.XDS_TLS, Ports.XDS_PLAINTEXT)) {
                if (!hasPort(service.get(), port, port)) {
                    flaws.add(
                            new Flaw(
                                    "service "
                                            + name
                                            + " has no port "
                                            + port
                                            + (port == Ports.XDS_TLS
                                                    ? ", which proxies call"
                                                    : ", which proxies of earlier versions call"),
                                    fix));
                }
            }
            if (!hasPort(service.get(), HTTPS, Ports.WEBHOOK)) {
                flaws.add(
                        new Flaw(
                                "service "
                                        + name
                                        + " does not lead from port "
                                        + HTTPS
                                        + " to "
                                        + Ports.WEBHOOK
                                        + ", which the API server calls",
                                fix));
            }
        }
        return Finding.problem(
                flaws,
                "some control planes have no Service as it was installed",
                "all Services are as they were installed");
    }

    /** A named target port is taken for the right one. */
    static boolean hasPort(Item service, int port, int target) {
        for (JsonNode each : service.spec().path("ports")) {
            if (each.path("port").asInt() == port) {
                JsonNode to = each.path("targetPort");
                return to.isTextual() || to.asInt(port) == target;
            }
        }
        return false;
    }

    private static Finding endpoints(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Revision revision : mesh.revisions()) {
            ObjectName name =
                    new ObjectName(Objects.SYSTEM_NAMESPACE, Objects.controlPlane(revision));
            if (mesh.service(name).isPresent() && mesh.readyEndpoints(name) == 0) {
                flaws.add(
                        new Flaw(
                                "service " + name.name() + " has no ready endpoint",
                                "kubectl get pods -n "
                                        + name.namespace()
                                        + " -l app=istiod,istio.io/rev="
                                        + revision));
            }
        }
        return Finding.problem(
                flaws, "nobody answers behind some Services", "all Services have ready endpoints");
    }

    private static Finding meshConfig(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Revision revision : mesh.revisions()) {
            String name = Objects.meshConfig(revision);
            String fix = Remedy.install(mesh, revision.value());
            Optional<Item> config = mesh.configMap(name);
            if (config.isEmpty()) {
                flaws.add(new Flaw("config map " + name + " is not there", fix));
                continue;
            }
            try {
                MeshConfig.parse(revision, config.get().json().at("/data/mesh").asText(""));
            } catch (TemplateFault garbled) {
                flaws.add(new Flaw("config map " + name + ", " + garbled.getMessage(), fix));
            }
        }
        return Finding.problem(
                flaws,
                "some injectors could not start from the mesh's configuration",
                "all revisions can read the mesh's configuration");
    }

    private static Finding injectorConfig(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Revision revision : mesh.revisions()) {
            String name = Objects.injector(revision);
            String fix = Remedy.install(mesh, revision.value());
            Optional<Item> config = mesh.configMap(name);
            if (config.isEmpty()) {
                flaws.add(new Flaw("config map " + name + " is not there", fix));
                continue;
            }
            try {
                InjectorConfig.parse(
                        revision,
                        config.get().json().at("/data/config").asText(""),
                        config.get().json().at("/data/values").asText(""));
            } catch (TemplateFault garbled) {
                flaws.add(new Flaw("config map " + name + ": " + garbled.getMessage(), fix));
            }
        }
        return Finding.problem(
                flaws,
                "some injectors could not start from their configuration",
                "all injectors can read their configuration");
    }

    private static Finding lease(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        int several = 0;
        for (Item deployment : mesh.controlPlanes()) {
            if (!deployment.isOurs() || deployment.spec().path("replicas").asInt(1) < 2) {
                continue;
            }
            several++;
            String name = STATUS_LEASE + deployment.revision();
            Optional<Item> lease =
                    mesh.items(LEASES).stream()
                            .filter(item -> item.name().equals(name))
                            .findFirst();
            String holder =
                    lease.map(item -> item.spec().path("holderIdentity").asText("")).orElse("");
            boolean renewed =
                    lease.flatMap(item -> Item.instant(item.spec().path("renewTime").asText("")))
                            .map(at -> at.plus(LEASE_LATE).isAfter(mesh.facts().now()))
                            .orElse(false);
            if (holder.isEmpty() || !renewed) {
                flaws.add(
                        new Flaw(
                                "revision "
                                        + deployment.revision()
                                        + ": lease "
                                        + name
                                        + (holder.isEmpty()
                                                ? " is held by nobody"
                                                : " was not renewed by "
                                                        + holder
                                                        + " for more than a minute"),
                                "kubectl logs -n "
                                        + deployment.namespace()
                                        + " deployment/"
                                        + deployment.name()
                                        + " --all-pods | grep -i lease"));
            }
        }
        return Finding.warning(
                flaws,
                "nobody writes the statuses of routes",
                several == 0
                        ? "no revision has more than one replica"
                        : "of several replicas one leads");
    }

    private static Finding orphans(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        boolean blocks = false;
        for (Source source : List.of(MUTATING, VALIDATING, SERVICES, CONFIG_MAPS, DAEMON_SETS)) {
            for (Item item : mesh.items(source)) {
                if (item.isOurs()
                        && !item.revision().isEmpty()
                        && item.label(Labels.TAG).isEmpty()
                        && mesh.scope().hasRevision(item.revision())
                        && !mesh.installed().contains(item.revision())) {
                    blocks |= source == MUTATING;
                    flaws.add(
                            new Flaw(
                                    kind(source)
                                            + " "
                                            + item.place()
                                            + " belongs to revision "
                                            + item.revision()
                                            + ", which has no Deployment",
                                    Remedy.uninstall(mesh, item.revision())));
                }
            }
        }
        return blocks
                ? new Problem(
                        "webhooks of removed revisions call nobody, and keep pods from being made",
                        flaws)
                : Finding.warning(
                        flaws,
                        "something is left of removed revisions",
                        "nothing is left of removed revisions");
    }

    private static String kind(Source source) {
        return switch (source) {
            case MUTATING -> "mutatingwebhookconfiguration";
            case VALIDATING -> "validatingwebhookconfiguration";
            case SERVICES -> "service";
            case DAEMON_SETS -> "daemonset";
            default -> "configmap";
        };
    }
}
