// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.name.Revision;
import io.serin.cli.RecordedCluster;
import io.serin.cli.client.ExitCode;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.Manifests;
import io.serin.injector.template.TreeTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Tags, revisions and namespaces at the command line, on a cluster with revisions 1-0 and 1-1, of
 * which namespace shop is on the first by tag prod.
 */
class TagCommandTest {

    private static final String MWCS =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String PROD = MWCS + "/istio-revision-tag-prod";
    private static final String TRIAL = "POST /api/v1/namespaces/istio-system/pods";
    private static final String SERVICES = "/api/v1/namespaces/istio-system/services";

    @TempDir Path folder;

    private RecordedCluster cluster;
    private final Map<String, ObjectNode> injectors = new TreeMap<>();
    private final PrintStream stdout = System.out;

    @BeforeEach
    void record() throws IOException {
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
                        .on(TRIAL, 201, this::injected);
    }

    @AfterEach
    void close() {
        System.setOut(stdout);
        cluster.close();
    }

    @Test
    void aTagIsSetWithTwoEntriesAndAServiceOfItsOwn() throws IOException {
        assertThat(run("tag", "set", "prod", "--revision", "1-0", "--yes"))
                .isEqualTo(
                        """
                        tag prod: - -> 1-0
                        namespaces that name it: shop
                        what the next start of 4 pods brings changes:
                        NAMESPACE   POD    WORKLOAD   RUNS ON   NEXT START   THEN
                        plain       own    own        1-0       -            1-0
                        shop        late   late       -         -            1-0
                        shop        old    old        1-1       -            1-0
                        shop        web    web        1-0       -            1-0
                        tag prod points to revision 1-0
                        next, pods that run stay as they are until they are restarted:
                          kubectl rollout restart deployment -n shop
                        """);

        JsonNode webhooks = parse(cluster.sent("PATCH " + PROD).getFirst());
        assertThat(webhooks.path("webhooks")).hasSize(2);
        assertThat(webhooks.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-0");
        assertThat(webhooks.at("/metadata/labels/istio.io~1tag").asText()).isEqualTo("prod");
        JsonNode service = parse(cluster.sent("PATCH " + SERVICES).getFirst());
        assertThat(service.at("/metadata/name").asText()).isEqualTo("istiod-revision-tag-prod");
        assertThat(service.at("/spec/selector/istio.io~1rev").asText()).isEqualTo("1-0");
        assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(15010);
        assertThat(service.path("spec").has("clusterIP")).isFalse();
    }

    @Test
    void aDryRunShowsThePodsAndChangesNothing() throws IOException {
        tag("prod", "1-0", "");

        assertThat(run("tag", "set", "prod", "--revision", "1-1", "--overwrite", "--dry-run"))
                .isEqualTo(
                        """
                        tag prod: 1-0 -> 1-1
                        namespaces that name it: shop
                        what the next start of 4 pods brings changes:
                        NAMESPACE   POD    WORKLOAD   RUNS ON   NEXT START   THEN
                        plain       own    own        1-0       1-0          1-1
                        shop        late   late       -         1-0          1-1
                        shop        old    old        1-1       1-0          1-1
                        shop        web    web        1-0       1-0          1-1
                        nothing was changed: --dry-run
                        """);
        assertThat(cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    /** One object, in one step, with the authority of whom it now calls. */
    @Test
    void aTagMovesAndUndoBringsItBack() throws IOException {
        tag("prod", "1-0", "");

        assertThat(run("tag", "set", "prod", "--revision", "1-1", "--overwrite", "--yes"))
                .contains("tag prod points to revision 1-1");
        JsonNode moved = parse(cluster.sent("PATCH " + PROD).getLast());
        assertThat(moved.at("/metadata/annotations/serin.io~1previous-revision").asText())
                .isEqualTo("1-0");
        assertThat(moved.path("webhooks"))
                .allSatisfy(webhook -> {
                    assertThat(webhook.at("/clientConfig/service/name").asText())
                            .isEqualTo("istiod-1-1");
                    assertThat(webhook.at("/clientConfig/caBundle").asText()).isEqualTo(ca("1-1"));
                });

        assertThat(run("tag", "undo", "prod", "-y")).contains("tag prod: 1-1 -> 1-0");
        JsonNode back = parse(cluster.sent("PATCH " + PROD).getLast());
        assertThat(back.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-0");
        assertThat(back.at("/metadata/annotations/serin.io~1previous-revision").asText())
                .isEqualTo("1-1");
        assertThat(run("tag", "list"))
                .isEqualTo(
                        """
                        TAG    REVISION   NAMESPACES   PREVIOUS
                        prod   1-0        shop         1-1
                        -      1-1        -            -
                        """);
    }

    /** The API server may never learn of it, or a pod may be refused: nobody is left with that. */
    @Test
    void aTagThatCannotBeProvenGoesBack() throws IOException {
        tag("prod", "1-0", "0-9");
        cluster.on(TRIAL, 201, asked -> asked.contains("\"prod\"") ? asked : injected(asked));

        assertThat(
                        refusal(
                                ExitCode.TIMED_OUT,
                                "tag",
                                "set",
                                "prod",
                                "--revision",
                                "1-1",
                                "--overwrite",
                                "--yes",
                                "--timeout",
                                "1"))
                .contains("tag prod was not set, all is as before; waited in vain for a trial pod");

        JsonNode last = parse(cluster.sent("PATCH " + PROD).getLast());
        assertThat(last.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-0");
        assertThat(last.at("/webhooks/0/clientConfig/caBundle").asText()).isEqualTo(ca("1-0"));
        assertThat(last.at("/metadata/annotations/serin.io~1previous-revision").asText())
                .isEqualTo("0-9");
        assertThat(cluster.sent("PATCH " + SERVICES)).isEmpty();
    }

    @Test
    void aTagIsNotPointedToARevisionThatDoesNotInject() throws IOException {
        tag("prod", "1-0", "");
        injector("1-1").withObject("/webhooks/1/clientConfig").remove("caBundle");

        assertThat(
                        refusal(
                                ExitCode.TIMED_OUT,
                                "tag",
                                "set",
                                "prod",
                                "--revision",
                                "1-1",
                                "--overwrite",
                                "--yes",
                                "--timeout",
                                "1"))
                .contains("waited in vain for the caBundle of revision 1-1's webhooks");
        assertThat(cluster.sent("PATCH ")).isEmpty();
    }

    @Test
    void refusesWhatWouldBeAskedTwiceOrByNobody() throws IOException {
        tag("prod", "1-0", "");

        assertThat(refusal(ExitCode.FAILED, "tag", "set", "1-1", "--revision", "1-0"))
                .contains("tag 1-1: there is a revision of that name; nothing was changed");
        assertThat(refusal(ExitCode.FAILED, "tag", "set", "canary", "--revision", "9-9"))
                .contains("there is no revision 9-9; nothing was changed");
        assertThat(refusal(ExitCode.FAILED, "tag", "set", "canary", "--revision", "prod"))
                .contains("there is no revision prod (it is a tag of 1-0)");
        assertThat(refusal(ExitCode.FAILED, "tag", "set", "prod", "--revision", "1-1"))
                .contains("tag prod points to revision 1-0; nothing was changed")
                .contains("serin tag set prod --revision 1-1 --overwrite");
        assertThat(refusal(ExitCode.FAILED, "tag", "undo", "prod"))
                .contains("tag prod has always pointed to revision 1-0");
        assertThat(refusal(ExitCode.FAILED, "tag", "undo", "canary"))
                .contains("there is no tag canary");
        assertThat(refusal(ExitCode.FAILED, "tag", "remove", "canary"))
                .contains("there is no tag canary");
        assertThat(refusal(ExitCode.USAGE, "tag", "set", "Prod", "--revision", "1-0"))
                .contains("tag: 'Prod' (expected: a DNS label");
        assertThat(refusal(ExitCode.USAGE, "tag", "set", "a".repeat(44), "--revision", "1-0"))
                .contains("(expected: at most 43 characters)");
        assertThat(cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void nobodyIsAskedWhereNobodyIsAndNothingIsChanged() throws IOException {
        tag("prod", "1-0", "");

        assertThat(refusal(ExitCode.USAGE, "tag", "remove", "prod"))
                .contains("nothing was changed: there is no terminal to ask on")
                .contains("serin tag remove prod --yes");
        assertThat(
                        refusal(
                                ExitCode.USAGE,
                                "tag",
                                "set",
                                "prod",
                                "--revision",
                                "1-1",
                                "--overwrite"))
                .contains("serin tag set prod --revision 1-1 --overwrite --yes");
        assertThat(cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void whatIsSoAlreadyIsLeftAlone() throws IOException {
        tag("prod", "1-0", "");

        assertThat(run("tag", "set", "prod", "--revision", "1-0"))
                .contains("tag prod points to revision 1-0 already");
        assertThat(cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void removeTakesAllObjectsOfTheTag() throws IOException {
        tag("prod", "1-0", "");

        assertThat(run("tag", "remove", "prod", "--yes"))
                .contains("what the next start of 4 pods brings changes")
                .contains("tag prod is gone");
        assertThat(cluster.requests())
                .filteredOn(request -> !request.startsWith("GET "))
                .anyMatch(it -> it.contains("/mutatingwebhookconfigurations"))
                .anyMatch(it -> it.contains("/services"))
                .allMatch(it -> it.startsWith("DELETE ") && it.contains("istio.io%2Ftag%3Dprod"));
    }

    @Test
    void theDefaultTagPutsTheDefaultRevisionToSleepAndRemoveWakesIt() throws IOException {
        install("default");
        String plain = "PUT " + MWCS + "/istio-sidecar-injector";
        cluster.on(plain, 200, this::applied);
        JsonNode before = injector("default").deepCopy();

        assertThat(run("tag", "set", "default", "--revision", "1-1", "--yes"))
                .contains("tag default points to revision 1-1");
        assertThat(parse(cluster.sent("PATCH " + MWCS).getFirst()).path("webhooks")).hasSize(4);
        assertThat(parse(cluster.sent(plain).getFirst()).path("webhooks"))
                .allSatisfy(webhook -> {
                    assertThat(webhook.at("/namespaceSelector/matchLabels").toString())
                            .isEqualTo("{\"istio.io/deactivated\":\"never-match\"}");
                    assertThat(webhook.at("/objectSelector/matchLabels").toString())
                            .isEqualTo("{\"istio.io/deactivated\":\"never-match\"}");
                });

        var _ = run("tag", "remove", "default", "--yes");
        assertThat(parse(cluster.sent(plain).getLast()).path("webhooks"))
                .isEqualTo(before.path("webhooks"));
        assertThat(refusal(ExitCode.FAILED, "tag", "set", "default", "--revision", "default"))
                .contains("revision default is asked for by its own name");
    }

    @Test
    void tagListAsJson() throws IOException {
        tag("prod", "9-9", "1-0");

        assertThat(run("tag", "list")).contains("prod   9-9 (MISSING)   shop         1-0");
        assertThat(run("tag", "list", "-o", "json"))
                .startsWith(
                        """
                        {
                          "schemaVersion" : 1,
                          "tags" : [ {
                            "tag" : "prod",
                            "revision" : "9-9",
                            "previous" : "1-0",
                            "installed" : false,
                            "namespaces" : [ "shop" ]
                          }\
                        """);
    }

    @Test
    void revisionDescribeShowsWhoIsOnItAndWhoShouldBe() throws IOException {
        tag("prod", "1-0", "");

        assertThat(run("revision", "describe", "prod"))
                .isEqualTo(
                        """
                        revision:    1-0
                        ready:       yes
                        version:     0.1.0
                        tags:        prod
                        namespaces:  shop
                        proxies:     1 connected

                        webhooks, and whether the API server can trust whom they call:
                        CONFIGURATION                WEBHOOK                                   TAG    CA
                        istio-sidecar-injector-1-0   rev.namespace.sidecar-injector.istio.io   -      filled
                        istio-sidecar-injector-1-0   rev.object.sidecar-injector.istio.io      -      filled
                        istio-revision-tag-prod      rev.namespace.sidecar-injector.istio.io   prod   filled
                        istio-revision-tag-prod      rev.object.sidecar-injector.istio.io      prod   filled

                        pods on it:
                        NAMESPACE   WORKLOAD   PODS
                        plain       own        1
                        shop        web        1

                        pods that ask for it and are on another: restart them:
                        NAMESPACE   POD   WORKLOAD   RUNS ON
                        shop        old   old        1-1

                        pods that ask for it and have no sidecar: restart them:
                        NAMESPACE   POD    WORKLOAD
                        shop        late   late

                        what its proxies refused last:
                        NAMESPACE   POD   REFUSED
                        shop        web   CLUSTER: no such thing
                        """);
        assertThat(run("revision", "describe", "1-0", "-o", "json"))
                .contains("\"versions\" : [ \"0.1.0\" ]", "\"unmeshed\" : [ {");
        assertThat(refusal(ExitCode.FAILED, "revision", "describe", "9-9"))
                .contains("there is no revision 9-9, and nobody asks for it");
    }

    @Test
    void namespaceShowSaysByWhomAndWhy() throws IOException {
        tag("prod", "1-0", "");

        assertThat(run("namespace", "show", "shop"))
                .isEqualTo(
                        """
                        namespace:   shop
                        labels:      istio.io/rev=prod
                        asks for:    prod, which is 1-0
                        a new pod gets: a sidecar of revision 1-0
                        NOTE: 1 pod asks for a sidecar and has none

                        CONFIGURATION                WEBHOOK                                   REVISION   MATCHES   REASON
                        istio-sidecar-injector-1-0   rev.namespace.sidecar-injector.istio.io   1-0        no        namespace: istio.io/rev=prod, not 1-0
                        istio-sidecar-injector-1-0   rev.object.sidecar-injector.istio.io      1-0        no        namespace: istio.io/rev=prod, which it shuns
                        istio-sidecar-injector-1-1   rev.namespace.sidecar-injector.istio.io   1-1        no        namespace: istio.io/rev=prod, not 1-1
                        istio-sidecar-injector-1-1   rev.object.sidecar-injector.istio.io      1-1        no        namespace: istio.io/rev=prod, which it shuns
                        istio-revision-tag-prod      rev.namespace.sidecar-injector.istio.io   1-0        yes       -
                        istio-revision-tag-prod      rev.object.sidecar-injector.istio.io      1-0        no        namespace: istio.io/rev=prod, which it shuns

                        pods by revision: -: 2, 1-0: 1, 1-1: 1
                        POD    WORKLOAD   RUNS ON   NEXT START   STATE
                        late   late       -         1-0          UNMESHED
                        out    out        -         -            no sidecar asked for
                        old    old        1-1       1-0          NEEDS RESTART
                        web    web        1-0       1-0          ok
                        """);
        assertThat(
                        run(
                                "namespace",
                                "show",
                                "plain",
                                "--pod-labels",
                                "istio.io/rev=1-1,app=web",
                                "-o",
                                "yaml"))
                .contains("injectedBy:", "- \"1-1\"");
    }

    @Test
    void namespaceShowNotesWhatIsWrong() throws IOException {
        assertThat(run("namespace", "show", "shop"))
                .contains("a new pod gets: no sidecar")
                .contains("NOTE: there is no revision or tag prod: pods get no sidecar");
        assertThat(run("namespace", "show", "twice"))
                .contains("NOTE: it has both labels: istio-injection is heard, istio.io/rev is not")
                .contains("NOTE: istio-injection: 'on' (expected: enabled or disabled)");
        tag("prod", "9-9", "");
        assertThat(run("namespace", "show", "shop"))
                .contains("NOTE: tag prod points to revision 9-9, which is not installed");
        assertThat(refusal(ExitCode.FAILED, "namespace", "show", "nowhere"))
                .contains("there is no namespace nowhere");
    }

    @Test
    void namespaceShowFailsWhereTwoWebhooksMatch() throws IOException {
        tag("prod", "1-0", "");
        ObjectNode twin = injector("zz-prod").deepCopy();
        twin.withObject("/metadata").put("name", "by-hand");
        injectors.put("zzz", twin);

        assertThat(refusal(ExitCode.FAILED, "namespace", "show", "shop"))
                .contains("namespace shop: 2 webhooks match one pod (expected: at most one)");
    }

    /** As it is after {@code serin install}, with the caBundle that the control plane fills in. */
    private void install(String revision) {
        ObjectNode injector =
                Manifests.render(new Revision(revision), InstallValues.of(Map.of())).stream()
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

    private ObjectNode injector(String key) {
        return Objects.requireNonNull(injectors.get(key), key);
    }

    private static String ca(String revision) {
        return revision.equals("1-0") ? "T05F" : "VFdP";
    }

    /** As it is after {@code serin tag set}; the target need not be installed. */
    private void tag(String tag, String revision, String previous) {
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
    private String applied(String written) {
        ObjectNode configuration = parse(written).deepCopy();
        String tag = configuration.at("/metadata/labels/istio.io~1tag").asText("");
        injectors.put(
                tag.isEmpty()
                        ? configuration.at("/metadata/labels/istio.io~1rev").asText()
                        : "zz-" + tag,
                configuration);
        return written;
    }

    /** The trial pod as the webhooks that are there would hand it back. */
    private String injected(String asked) {
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

    private static JsonNode parse(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }

    /** What a command says that ends with this exit code. */
    private String refusal(int exitCode, String... arguments) throws IOException {
        StringWriter said = new StringWriter();
        CommandLine line = SerinCommand.line().setErr(new PrintWriter(said, true));
        System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));

        assertThat(line.execute(onCluster(arguments))).as(said.toString()).isEqualTo(exitCode);
        return said.toString();
    }

    private String run(String... arguments) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(SerinCommand.run(onCluster(arguments))).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private String[] onCluster(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kubeconfig", cluster.kubeconfig(folder).toString()));
        return all.toArray(String[]::new);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static String list(Object... items) {
        return "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":["
                + String.join(",", java.util.Arrays.stream(items).map(String::valueOf).toList())
                + "]}";
    }

    private static String namespace(String name, String labels) {
        return json("{'metadata':{'name':'%s','labels':{%s}}}".formatted(name, labels));
    }

    private static String pod(String namespace, String name, String labels, String revision) {
        return json(
                """
                {'metadata':{'name':'%s','namespace':'%s','labels':{%s},
                  'annotations':{%s}},'spec':{},'status':{'phase':'Running'}}
                """
                        .formatted(
                                name,
                                namespace,
                                labels,
                                revision.isEmpty() ? "" : "'istio.io/rev':'" + revision + "'"));
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
