// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.cli.client.InjectionPolicies;
import io.serin.cli.client.Ownership;
import io.serin.injector.InjectorConfig;
import io.serin.injector.decide.Decision;
import io.serin.kube.read.Reading;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The facts as checks speak of them, narrowed to what was asked about. What could not be read is
 * empty here: a check says what it needs.
 */
final class Mesh {

    /** What an installation writes beside Deployments, of what is read. */
    private static final List<Source> WRITTEN =
            List.of(
                    Source.MUTATING,
                    Source.VALIDATING,
                    Source.SERVICES,
                    Source.CONFIG_MAPS,
                    Source.DAEMON_SETS);

    private final ClusterFacts facts;
    private final Scope scope;
    private final Map<Source, List<Item>> items = new EnumMap<>(Source.class);
    private final Map<String, Map<String, String>> namespaceLabels = new TreeMap<>();
    private final List<Hook> hooks = new ArrayList<>();
    private final Map<ObjectName, Integer> readyEndpoints = new HashMap<>();
    private final InjectionPolicies policies;
    private final List<MeshPod> allPods = new ArrayList<>();
    private final Set<String> installed = new TreeSet<>();

    Mesh(ClusterFacts facts, Scope scope) {
        this.facts = facts;
        this.scope = scope;
        for (Source source : Source.values()) {
            items.put(source, read(facts.list(source)));
        }
        policies =
                InjectionPolicies.of(items(Source.CONFIG_MAPS).stream().map(Item::json).toList());
        allControlPlanes().forEach(deployment -> installed.add(deployment.revision()));
        for (Item namespace : items(Source.NAMESPACES)) {
            namespaceLabels.put(namespace.name(), namespace.labels());
        }
        for (Item configuration : injectors()) {
            hooks.addAll(hooksOf(configuration).stream().filter(Hook::injects).toList());
        }
        for (Item slice : items(Source.ENDPOINT_SLICES)) {
            ObjectName service =
                    new ObjectName(slice.namespace(), slice.label("kubernetes.io/service-name"));
            int ready = 0;
            for (JsonNode endpoint : slice.json().path("endpoints")) {
                // discovery.k8s.io/v1: absent means ready.
                ready += endpoint.at("/conditions/ready").asBoolean(true) ? 1 : 0;
            }
            readyEndpoints.merge(service, ready, Integer::sum);
        }
        for (Item pod : items(Source.PODS)) {
            String phase = pod.status().path("phase").asText();
            if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                allPods.add(new MeshPod(pod));
            }
        }
    }

    private static List<Item> read(Reading<List<JsonNode>> reading) {
        return switch (reading) {
            case Reading.Read<List<JsonNode>>(List<JsonNode> list) ->
                    list.stream().map(Item::new).toList();
            case Reading.Unread<List<JsonNode>> _ -> List.of();
        };
    }

    ClusterFacts facts() {
        return facts;
    }

    Scope scope() {
        return scope;
    }

    List<Item> items(Source source) {
        return items.getOrDefault(source, List.of());
    }

    /** The objects of channels. */
    List<Item> channels() {
        return items(Source.CONFIG_MAPS).stream()
                .filter(object -> object.label(Labels.APP).equals(Labels.APP_CHANNEL))
                .toList();
    }

    /** The namespaces that were asked about, those that are going aside. */
    List<Item> namespaces() {
        return items(Source.NAMESPACES).stream()
                .filter(namespace -> !namespace.isEnding())
                .filter(namespace -> scope.hasNamespace(namespace.name()))
                .toList();
    }

    boolean hasNamespace(String name) {
        return namespaceLabels.containsKey(name);
    }

    Map<String, String> namespaceLabels(String namespace) {
        return namespaceLabels.getOrDefault(namespace, Map.of());
    }

    // Control planes.

    /** The Deployments of all revisions. */
    private List<Item> allControlPlanes() {
        return items(Source.DEPLOYMENTS).stream()
                .filter(deployment -> deployment.namespace().equals(Objects.SYSTEM_NAMESPACE))
                .filter(deployment -> deployment.label(Labels.APP).equals(Labels.APP_CONTROL_PLANE))
                .filter(deployment -> !deployment.revision().isEmpty())
                .toList();
    }

    /** The Deployments of the revisions that were asked about. */
    List<Item> controlPlanes() {
        return allControlPlanes().stream()
                .filter(deployment -> scope.hasRevision(deployment.revision()))
                .toList();
    }

    /** All that are Serin's, and have its objects and pages. */
    List<Revision> allRevisions() {
        return allControlPlanes().stream()
                .filter(Item::isOurs)
                .map(deployment -> new Revision(deployment.revision()))
                .toList();
    }

    /** Those of them that were asked about. */
    List<Revision> revisions() {
        return allRevisions().stream()
                .filter(revision -> scope.hasRevision(revision.value()))
                .toList();
    }

    /**
     * Whose a revision is, by its Deployment, or by what is left of it where that is gone; empty
     * for nothing.
     */
    Optional<Ownership> owner(String revision) {
        return Stream.concat(
                        allControlPlanes().stream(),
                        WRITTEN.stream()
                                .flatMap(source -> items(source).stream())
                                .filter(Item::isOurs)
                                .filter(item -> item.label(Labels.TAG).isEmpty()))
                .filter(item -> item.revision().equals(revision))
                .findFirst()
                .map(item -> Ownership.of(item.json()));
    }

    /** The names of all revisions that are there, whoever's they are. */
    Set<String> installed() {
        return new TreeSet<>(installed);
    }

    /** What a label may name: revisions and tags. */
    Set<String> names() {
        Set<String> names = installed();
        for (Item injector : injectors()) {
            names.add(
                    injector.label(Labels.TAG).isEmpty()
                            ? injector.revision()
                            : injector.label(Labels.TAG));
        }
        return names;
    }

    /** What there is, for people who asked for something else. */
    String namesInWords() {
        return names().isEmpty()
                ? "nothing is installed"
                : "there is: " + String.join(", ", names());
    }

    /** The pods of a control plane. */
    List<MeshPod> controlPlanePods(String revision) {
        return allPods.stream()
                .filter(Mesh::isControlPlane)
                .filter(pod -> pod.item().revision().equals(revision))
                .toList();
    }

    static boolean isControlPlane(MeshPod pod) {
        return pod.namespace().equals(Objects.SYSTEM_NAMESPACE)
                && pod.item().label(Labels.APP).equals(Labels.APP_CONTROL_PLANE);
    }

    Optional<Item> service(ObjectName name) {
        return find(Source.SERVICES, name);
    }

    Optional<Item> configMap(String name) {
        return find(Source.CONFIG_MAPS, new ObjectName(Objects.SYSTEM_NAMESPACE, name));
    }

    Optional<Item> daemonSet(String name) {
        return find(Source.DAEMON_SETS, new ObjectName(Objects.SYSTEM_NAMESPACE, name));
    }

    private Optional<Item> find(Source source, ObjectName name) {
        return items(source).stream()
                .filter(item ->
                        item.name().equals(name.name())
                                && item.namespace().equals(name.namespace()))
                .findFirst();
    }

    int readyEndpoints(ObjectName service) {
        return readyEndpoints.getOrDefault(service, 0);
    }

    // Webhooks.

    /** The MutatingWebhookConfigurations of all revisions and tags. */
    List<Item> injectors() {
        return items(Source.MUTATING).stream()
                .filter(item -> item.label(Labels.APP).equals(Labels.APP_INJECTOR))
                .toList();
    }

    static List<Hook> hooksOf(Item configuration) {
        List<Hook> hooks = new ArrayList<>();
        configuration
                .json()
                .path("webhooks")
                .forEach(entry -> hooks.add(new Hook(configuration, entry)));
        return hooks;
    }

    /** All entries that inject. */
    List<Hook> allHooks() {
        return List.copyOf(hooks);
    }

    /**
     * The entries that inject of what was asked about; by their label, or the Service they call.
     */
    List<Hook> hooks() {
        return hooks.stream()
                .filter(hook ->
                        scope.hasRevision(hook.revision())
                                || hook.service()
                                        .map(service -> calls(service, scope.revision()))
                                        .orElse(false))
                .toList();
    }

    private static boolean calls(ObjectName service, Optional<String> revision) {
        return revision.map(name -> service.name().equals(Objects.controlPlane(new Revision(name))))
                .orElse(true);
    }

    /** The tags that point to what was asked about. */
    List<Item> tags() {
        return injectors().stream()
                .filter(injector -> !injector.label(Labels.TAG).isEmpty())
                .filter(injector -> scope.hasRevision(injector.revision()))
                .toList();
    }

    /**
     * Whether a revision's webhooks match nobody while the tag of its name, {@code default}, speaks
     * in their place: the name asks for another then.
     */
    boolean isReplaced(String revision) {
        List<Hook> own =
                hooks.stream()
                        .filter(hook -> hook.configuration().label(Labels.TAG).isEmpty())
                        .filter(hook -> hook.revision().equals(revision))
                        .toList();
        boolean isTag =
                injectors().stream()
                        .anyMatch(injector -> injector.label(Labels.TAG).equals(revision));
        return isTag
                && !own.isEmpty()
                && own.stream()
                        .allMatch(hook ->
                                hook.json()
                                        .at("/namespaceSelector/matchLabels")
                                        .has(Labels.DEACTIVATED));
    }

    /**
     * The revision that {@code istio-injection=enabled} means: where the tag default points to,
     * else the one of that name; empty for neither.
     */
    Optional<String> defaultRevision() {
        String name = Revision.DEFAULT.value();
        return injectors().stream()
                .filter(injector -> injector.label(Labels.TAG).equals(name))
                .map(Item::revision)
                .findFirst()
                .or(() -> Optional.of(name).filter(installed::contains));
    }

    /** The ValidatingWebhookConfigurations of what was asked about. */
    List<Item> validators() {
        return items(Source.VALIDATING).stream()
                .filter(item ->
                        (item.isOurs() && !item.revision().isEmpty())
                                || item.name().equals(Objects.DEFAULT_VALIDATOR))
                .filter(item -> scope.hasRevision(item.revision()))
                .toList();
    }

    // Workloads.

    /** The pods that were asked about, those of control planes and those that are going aside. */
    List<MeshPod> pods() {
        return allPods.stream()
                .filter(pod -> scope.hasNamespace(pod.namespace()))
                .filter(pod -> !isControlPlane(pod) && !pod.isStatic() && !pod.item().isEnding())
                .filter(pod ->
                        scope.hasRevision(pod.revision())
                                || wanted(pod).map(scope::hasRevision).orElse(false))
                .toList();
    }

    /** Those that have a sidecar. */
    List<MeshPod> meshedPods() {
        return pods().stream().filter(pod -> pod.sidecar().isPresent()).toList();
    }

    /** The entries that the API server would ask, were the pod made now. */
    List<Hook> asked(MeshPod pod) {
        Map<String, String> namespace = namespaceLabels(pod.namespace());
        Map<String, String> labels = pod.labels();
        return hooks.stream().filter(hook -> hook.matches(namespace, labels)).toList();
    }

    /**
     * Who would inject the pod, were it made now; empty for nobody, for more than one, and for a
     * revision that is not installed.
     */
    Optional<String> wanted(MeshPod pod) {
        List<Hook> asked = asked(pod);
        if (asked.size() != 1) {
            return Optional.empty();
        }
        String revision = asked.getFirst().revision();
        if (!installed.contains(revision)) {
            return Optional.empty();
        }
        return policies.decide(revision, pod.namespace(), pod.item().json())
                        instanceof Decision.Inject
                ? Optional.of(revision)
                : Optional.empty();
    }

    /** What a revision's injector goes by; empty where it can't be read, or is not Serin's. */
    Optional<InjectorConfig> injectorConfig(String revision) {
        return policies.configuration(revision);
    }

    /**
     * The namespaces that were asked about where pods get a sidecar of Serin's, or have one; by
     * name.
     */
    List<String> meshedNamespaces() {
        Set<String> ours = new TreeSet<>();
        revisions().forEach(revision -> ours.add(revision.value()));
        Set<String> meshed = new TreeSet<>();
        for (MeshPod pod : pods()) {
            if ((pod.sidecar().isPresent() && ours.contains(pod.revision()))
                    || wanted(pod).filter(ours::contains).isPresent()) {
                meshed.add(pod.namespace());
            }
        }
        return namespaces().stream()
                .filter(namespace ->
                        meshed.contains(namespace.name())
                                || hooks.stream()
                                        .filter(hook -> ours.contains(hook.revision()))
                                        .anyMatch(
                                                hook -> hook.matches(namespace.labels(), Map.of())))
                .map(Item::name)
                .filter(name -> !Objects.NEVER_INJECTED.contains(name))
                .sorted()
                .toList();
    }

    /** The ConfigMap that says whom the proxies of a namespace trust. */
    Optional<Item> rootCertificates(String namespace) {
        return find(Source.ROOT_CERTIFICATES, new ObjectName(namespace, Objects.ROOT_CERTIFICATE));
    }

    // Proxies.

    /**
     * Why the proxies of some control plane that was asked about are not known; empty if all are.
     */
    Optional<String> unknownProxies() {
        for (Revision revision : revisions()) {
            for (MeshPod pod : controlPlanePods(revision.value())) {
                if (pod.isRunning() && page(pod) instanceof Reading.Unread<JsonNode>(String why)) {
                    return Optional.of(
                            "pod " + pod.place() + " does not say who is connected to it: " + why);
                }
            }
        }
        return Optional.empty();
    }

    Reading<JsonNode> page(MeshPod controlPlane) {
        return facts.pages()
                .getOrDefault(
                        new ObjectName(controlPlane.namespace(), controlPlane.item().name()),
                        new Reading.Unread<>("it was not asked"));
    }

    /** The proxies of all control planes, in the namespaces that were asked about. */
    List<ProxyState> allProxies() {
        List<ProxyState> proxies = new ArrayList<>();
        new TreeMap<>(facts.pages())
                .forEach((pod, page) -> {
                    if (page instanceof Reading.Read<JsonNode>(JsonNode read)) {
                        proxies.addAll(ProxyState.of(pod.name(), read));
                    }
                });
        proxies.removeIf(proxy -> !scope.hasNamespace(proxy.namespace()));
        return proxies;
    }

    /** Those that are connected to what was asked about. */
    List<ProxyState> proxies() {
        return allProxies().stream().filter(proxy -> scope.hasRevision(proxy.servedBy())).toList();
    }
}
