// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.name.Revision;
import io.serin.cli.RecordedCluster;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.Manifests;
import io.serin.injector.template.TreeTemplate;
import io.serin.rollout.run.Claim;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A cluster with revisions 1-0 and 1-1, of which namespace shop asks for the one of tag prod. */
final class TaggedMesh implements AutoCloseable {

    static final String MWCS =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    static final String VWCS =
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    static final String DEFAULT_VALIDATOR = VWCS + "/istiod-default-validator";
    static final String PROD = MWCS + "/istio-revision-tag-prod";
    static final String PROD_VALIDATOR = VWCS + "/istio-revision-tag-prod";
    static final String TRIAL = "POST /api/v1/namespaces/istio-system/pods";
    static final String SERVICES = "/api/v1/namespaces/istio-system/services";

    final RecordedCluster cluster;
    private final Map<String, ObjectNode> injectors = new TreeMap<>();

    TaggedMesh() throws IOException {
        install("1-0");
        install("1-1");
        cluster =
                new RecordedCluster()
                        .on("GET " + MWCS, 200, _ -> list(injectors.values().toArray()))
                        .on(
                                "GET /api/v1/namespaces",
                                200,
                                list(
                                        namespace("istio-system", ""),
                                        namespace("plain", ""),
                                        namespace("shop", "'istio.io/rev':'prod'"),
                                        namespace(
                                                "twice",
                                                "'istio.io/rev':'1-1','istio-injection':'on'")))
                        .on(
                                "GET /api/v1/pods",
                                200,
                                list(
                                        pod("plain", "own", "'istio.io/rev':'prod'", "1-0"),
                                        pod("plain", "bystander", "", ""),
                                        pod("shop", "late", "", ""),
                                        pod("shop", "out", "'sidecar.istio.io/inject':'false'", ""),
                                        pod("shop", "old", "", "1-1"),
                                        pod("shop", "web", "", "1-0")))
                        .on(
                                "GET /api/v1/namespaces/istio-system/pods",
                                200,
                                list(pod("istio-system", "istiod-1-0-x", "", "")))
                        .on(
                                "GET /api/v1/namespaces/istio-system/pods"
                                        + "/istiod-1-0-x:8080/proxy/debug/syncz",
                                200,
                                json(
                                        """
                                        {'revision':'1-0','version':'0.1.0','proxies':[
                                         {'pod':'web','namespace':'shop','types':{},
                                          'lastNack':{'type':'CLUSTER','message':'no such thing'}}]}
                                        """))
                        .on(
                                "GET /apis/apps/v1/namespaces/istio-system/deployments",
                                200,
                                list(deployment("istiod-1-0"), deployment("istiod-1-1")))
                        .on("PATCH " + PROD, 200, this::applied)
                        .on("PATCH " + MWCS + "/istio-revision-tag-default", 200, this::applied)
                        .on(
                                "GET /api/v1",
                                200,
                                json(
                                        """
                                        {'kind':'APIResourceList','apiVersion':'v1',
                                         'groupVersion':'v1','resources':[{'name':'services',
                                         'namespaced':true,'kind':'Service','verbs':['get']}]}
                                        """))
                        .on("GET " + SERVICES + "/istiod-1-0", 200, service("istiod-1-0"))
                        .on("GET " + SERVICES + "/istiod-1-1", 200, service("istiod-1-1"))
                        .on(
                                "PATCH " + SERVICES + "/istiod-revision-tag-prod",
                                200,
                                UnaryOperator.identity())
                        .on(
                                "PATCH " + SERVICES + "/istiod-revision-tag-default",
                                200,
                                UnaryOperator.identity())
                        .on("PATCH " + DEFAULT_VALIDATOR, 200, UnaryOperator.identity())
                        .on("PATCH " + PROD_VALIDATOR, 200, UnaryOperator.identity())
                        .on(
                                "PATCH " + VWCS + "/istio-revision-tag-default",
                                200,
                                UnaryOperator.identity())
                        .on(TRIAL, 201, this::injected);
    }

    /** Of a revision, as it is when the control plane has seen that it is asked. */
    void validator(String revision) {
        ObjectNode validator =
                Manifests.render(new Revision(revision), InstallValues.of(Map.of())).stream()
                        .filter(it ->
                                it.at("/metadata/name").asText().startsWith("istio-validator"))
                        .findFirst()
                        .orElseThrow()
                        .deepCopy();
        validator.withObject("/webhooks/0").put("failurePolicy", "Fail");
        validator.withObject("/webhooks/0/clientConfig").put("caBundle", ca(revision));
        cluster.on(
                "GET " + VWCS + "/" + validator.at("/metadata/name").asText(),
                200,
                validator.toString());
    }

    @Override
    public void close() {
        cluster.close();
    }

    /** As it is after {@code serin install}, with the caBundle that the control plane fills in. */
    void install(String revision) {
        install(revision, Map.of());
    }

    /** Likewise, with values as of {@code --set}. */
    void install(String revision, Map<String, String> values) {
        ObjectNode injector =
                Manifests.render(new Revision(revision), InstallValues.of(values)).stream()
                        .filter(it ->
                                it.path("kind").asText().equals("MutatingWebhookConfiguration"))
                        .findFirst()
                        .orElseThrow()
                        .deepCopy();
        injector.withObject("/metadata").put("resourceVersion", "7");
        injector.path("webhooks")
                .forEach(it -> it.withObject("/clientConfig").put("caBundle", ca(revision)));
        injectors.put(revision, injector);
    }

    /** Adds what nobody installed. */
    void put(String key, ObjectNode configuration) {
        injectors.put(key, configuration);
    }

    ObjectNode injector(String key) {
        return Objects.requireNonNull(injectors.get(key), key);
    }

    static String ca(String revision) {
        return revision.equals("1-0") ? "T05F" : "VFdP";
    }

    /** As it is after {@code serin tag set}; the target need not be installed. */
    void tag(String tag, String revision, String previous) {
        if (!injectors.containsKey(tag)) {
            install(tag);
        }
        ObjectNode configuration = injector(tag);
        injectors.remove(tag);
        configuration.withObject("/metadata").put("name", "istio-revision-tag-" + tag);
        configuration
                .withObject("/metadata/labels")
                .put("istio.io/tag", tag)
                .put("istio.io/rev", revision);
        if (!previous.isEmpty()) {
            configuration
                    .withObject("/metadata/annotations")
                    .put("serin.io/previous-revision", previous);
        }
        configuration
                .path("webhooks")
                .forEach(it -> {
                    it.withObject("/clientConfig").put("caBundle", ca(revision));
                    it.withObject("/clientConfig/service").put("name", "istiod-" + revision);
                });
        injectors.put("zz-" + tag, configuration);
    }

    /** Keeps a configuration that is written, as the API server would. */
    String applied(String written) {
        ObjectNode configuration = parse(written).deepCopy();
        String tag = configuration.at("/metadata/labels/istio.io~1tag").asText("");
        injectors.put(
                tag.isEmpty()
                        ? configuration.at("/metadata/labels/istio.io~1rev").asText()
                        : "zz-" + tag,
                configuration);
        return written;
    }

    /** What a revision's injector goes by: as it is installed, but for one text in it. */
    void injectorConfig(String revision, String shipped, String instead) {
        ObjectNode map =
                Manifests.render(new Revision(revision), InstallValues.of(Map.of())).stream()
                        .filter(it -> it.path("kind").asText().equals("ConfigMap"))
                        .filter(it ->
                                it.at("/metadata/name")
                                        .asText()
                                        .startsWith("istio-sidecar-injector"))
                        .findFirst()
                        .orElseThrow()
                        .deepCopy();
        String config = map.at("/data/config").asText();
        map.withObject("/data").put("config", config.replace(shipped, instead));
        cluster.on("GET /api/v1/namespaces/istio-system/configmaps", 200, list(map));
    }

    /** Shop's pods, none with a sidecar: two that nothing is added to, and one that lacks it. */
    void podsThatOptOut() {
        cluster.on(
                "GET /api/v1/pods",
                200,
                list(
                        annotated("shop", "annotated", "", "'sidecar.istio.io/inject':'false'"),
                        annotated("shop", "late", "", ""),
                        annotated("shop", "selected", "'app':'batch'", "")));
        injectorConfig(
                "1-0",
                "neverInjectSelector: []",
                "neverInjectSelector: [{matchLabels: {app: batch}}]");
    }

    /** Both revisions are of channel rapid, whose object says this; annotations as JSON fields. */
    void channel(String data, String annotations) {
        cluster.on(
                "GET /apis/apps/v1/namespaces/istio-system/deployments",
                200,
                list(ofChannel("1-0"), ofChannel("1-1")));
        String object =
                json(
                        """
                        {'apiVersion':'v1','kind':'ConfigMap','metadata':{
                         'name':'istio-channel-rapid','namespace':'istio-system',
                         'labels':{'app':'serin-channel','serin.io/channel':'rapid'},
                         'annotations':{%s}},'data':{%s}}
                        """
                                .formatted(annotations, data));
        String maps = "GET /api/v1/namespaces/istio-system/configmaps";
        cluster.on(maps, 200, list(object)).on(maps + "/istio-channel-rapid", 200, object);
    }

    /** The only namespace beside the system's asks for this. */
    void bind(String namespace, String revision) {
        cluster.on(
                "GET /api/v1/namespaces",
                200,
                list(
                        namespace("istio-system", ""),
                        namespace(namespace, "'istio.io/rev':'" + revision + "'")));
    }

    private static String ofChannel(String revision) {
        ObjectNode deployment = (ObjectNode) parse(deployment("istiod-" + revision));
        deployment.withObject("/metadata/labels").put("serin.io/channel", "rapid");
        deployment
                .withObject("/spec/template/metadata/labels")
                .put("app", "istiod")
                .put("istio.io/rev", revision);
        return deployment.toString();
    }

    /** The trial pod as the webhooks that are there would hand it back. */
    String injected(String asked) {
        ObjectNode pod = parse(asked).deepCopy();
        String wanted = pod.at("/metadata/labels/istio.io~1rev").asText();
        ObjectNode tag = injectors.get("zz-" + wanted);
        pod.withObject("/metadata/annotations")
                .put(
                        "istio.io/rev",
                        tag == null ? wanted : tag.at("/metadata/labels/istio.io~1rev").asText());
        pod.withObject("/spec").putArray("initContainers").addObject().put("name", "istio-proxy");
        return pod.toString();
    }

    static JsonNode parse(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static String list(Object... items) {
        return "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":["
                + String.join(",", Arrays.stream(items).map(String::valueOf).toList())
                + "]}";
    }

    /** Somebody's rollout moves a namespace at the moment. */
    void movedByAnother(String namespace) {
        Instant now = Instant.now();
        ObjectNode held = (ObjectNode) parse(namespace(namespace, "'istio.io/rev':'prod'"));
        ((ObjectNode) held.path("metadata"))
                .putObject("annotations")
                .put(
                        Claim.HOLDER,
                        """
                        {"holder":"another@laptop, process 7","run":"elsewhere 7",
                         "since":"%s","until":"%s"}
                        """
                                .formatted(now.minusSeconds(5), now.plusSeconds(50)));
        cluster.on("GET /api/v1/namespaces", 200, list(held.toString()));
    }

    private static String namespace(String name, String labels) {
        return json("{'metadata':{'name':'%s','labels':{%s}}}".formatted(name, labels));
    }

    private static String pod(String namespace, String name, String labels, String revision) {
        return annotated(
                namespace,
                name,
                labels,
                revision.isEmpty() ? "" : "'istio.io/rev':'" + revision + "'");
    }

    private static String annotated(
            String namespace, String name, String labels, String annotations) {
        return json(
                """
                {'metadata':{'name':'%s','namespace':'%s','labels':{%s},
                  'annotations':{%s}},'spec':{},'status':{'phase':'Running'}}
                """
                        .formatted(name, namespace, labels, annotations));
    }

    private static String deployment(String name) {
        return json(
                """
                {'metadata':{'name':'%s','namespace':'istio-system','generation':1},
                 'spec':{'replicas':1,'selector':{'matchLabels':{'app':'istiod'}}},
                 'status':{'observedGeneration':1,'replicas':1,'updatedReplicas':1,
                  'readyReplicas':1,'conditions':[]}}
                """
                        .formatted(name));
    }

    private static String service(String name) {
        return json(
                """
                {'apiVersion':'v1','kind':'Service','metadata':{'name':'%s',
                 'namespace':'istio-system'},'spec':{'clusterIP':'10.0.0.1',
                 'selector':{'app':'istiod','istio.io/rev':'%s'},
                 'ports':[{'name':'grpc-xds','port':15010,'targetPort':15010}]}}
                """
                        .formatted(name, name.replace("istiod-", "")));
    }
}
