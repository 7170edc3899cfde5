// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.RecordedCluster;
import io.serin.cli.client.ExitCode;
import io.serin.cli.command.SerinCommand;
import io.serin.injector.template.TreeTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command against an API server that answers from a {@link World}. */
class CheckCommandTest {

    private static final String PODS_OF_SYSTEM = "/api/v1/namespaces/istio-system/pods";
    private static final String SECRETS = "/api/v1/namespaces/istio-system/secrets/";
    private static final String AUTHORITY = SECRETS + "istio-ca-secret";
    private static final String REVIEW =
            "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    @TempDir Path folder;

    private final World world = World.healthy();
    private final PrintStream stdout = System.out;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private RecordedCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = new RecordedCluster();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setOut(stdout);
        cluster.close();
    }

    @Test
    void endsWithZeroWhereAllIsWell() throws IOException {
        assertThat(check("--revision", "1-0")).isEqualTo(ExitCode.OK);
        assertThat(said())
                .contains("√ all caBundles match their serving certificates\n")
                .contains("√ revisions that inject a pod that is made now: all 1\n")
                .endsWith("status: 0 problems, 0 warnings, 74 good, 0 skipped\n");
    }

    @Test
    void preTakesNoRevision() throws IOException {
        assertThat(check("--pre", "--revision", "1-0")).isEqualTo(ExitCode.USAGE);
        assertThat(check("--pre")).isEqualTo(ExitCode.OK);
        assertThat(said()).startsWith("preconditions\n").doesNotContain("control plane");
    }

    @Test
    void endsWithZeroWhereThereAreWarningsOnly() throws IOException {
        world.namespace("both", "{istio-injection: disabled, istio.io/rev: 1-0}");

        assertThat(check("--revision", "1-0", "-o", "short")).isEqualTo(ExitCode.OK);
        assertThat(said())
                .isEqualTo(
                        """
                        ‼ namespace-both-labels: some namespaces have both labels, and istio-injection is heard: namespace both: istio-injection=disabled is heard, istio.io/rev=1-0 is not
                        status: 0 problems, 1 warning, 73 good, 0 skipped
                        """);
    }

    @Test
    void endsWithTwoWhereThereAreProblems() throws IOException {
        world.namespace("typo", "{istio.io/rev: 1-O}");

        assertThat(check("--revision", "1-0", "-o", "json")).isEqualTo(ExitCode.PROBLEMS);
        JsonNode document = TreeTemplate.parseYaml(said()).getFirst();
        assertThat(document.path("schemaVersion").asInt()).isEqualTo(1);
        assertThat(document.path("success").asBoolean(true)).isFalse();
        List<String> problems = new ArrayList<>();
        for (JsonNode group : document.path("groups")) {
            for (JsonNode check : group.path("checks")) {
                if (check.path("result").asText().equals("problem")) {
                    problems.add(check.path("id").asText());
                }
            }
        }
        assertThat(problems).containsExactly("namespace-unknown-revision");
    }

    @Test
    void endsWithOneWhereNobodyAnswers() throws IOException {
        String kubeconfig = cluster.kubeconfig(folder).toString();
        cluster.close();

        assertThat(SerinCommand.run("check", "--kubeconfig", kubeconfig))
                .isEqualTo(ExitCode.FAILED);
        assertThat(said())
                .startsWith(
                        """
                        preconditions
                        -------------
                        × the API server does not answer
                        """)
                .containsPattern("http://127[.]0[.]0[.]1:[0-9]+ [(]context x[)]: no connection\n")
                .contains("to do: see whether kubectl can")
                .contains(
                        """
                        webhooks
                        --------
                        - 7 checks skipped, not so: the API server answers (api-reachable)
                        """);
    }

    @Test
    void endsWithOneWhereTheKubeconfigCannotBeUsed() throws IOException {
        String absent = folder.resolve("absent").toString();

        assertThat(SerinCommand.run("check", "--kubeconfig", absent)).isEqualTo(ExitCode.FAILED);
        assertThat(run("--context", "tow")).isEqualTo(ExitCode.FAILED);
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void endsWithOneWhereCredentialsAreNotAccepted() throws IOException {
        cluster.on(
                "GET " + Source.VERSION.path(),
                401,
                """
                {"kind":"Status","apiVersion":"v1","status":"Failure","code":401,
                 "reason":"Unauthorized","message":"Unauthorized"}
                """);

        assertThat(run("-o", "short")).isEqualTo(ExitCode.FAILED);
        assertThat(said())
                .startsWith("× api-reachable: ")
                .containsPattern("http://127[.]0[.]0[.]1:[0-9]+ [(]context x[)]: Unauthorized\n");
    }

    @Test
    void whatIsNotThereIsNotTakenForForbidden() throws IOException {
        world.list(Source.ROUTE_DEFINITION).clear();

        assertThat(check("--revision", "1-0", "-o", "short")).isEqualTo(ExitCode.PROBLEMS);
        assertThat(said())
                .startsWith("× gateway-api-there: the Gateway API is not there")
                .endsWith("status: 1 problem, 0 warnings, 72 good, 1 skipped\n");
    }

    @Test
    void aRevisionThatCannotBeIsAMistakeOfWhoeverTyped() throws IOException {
        assertThat(check("--to", "No_Revision")).isEqualTo(ExitCode.USAGE);
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void asksAsManyRequestsHoweverManyPodsThereAre() throws IOException {
        assertThat(check("--revision", "1-0")).isZero();
        int before = cluster.requests().size();
        for (int i = 0; i < 50; i++) {
            var pod = world.get(Source.PODS, "web").deepCopy();
            pod.withObject("/metadata").put("name", "web-" + i);
            world.list(Source.PODS).add(pod);
            world.connect("shop", "web-" + i, "istiod-1-0-x");
        }

        assertThat(check("--revision", "1-0")).isZero();

        assertThat(cluster.requests()).hasSize(2 * before);
    }

    @Test
    void looksOnly() throws IOException {
        assertThat(check("--to", "1-1")).isEqualTo(ExitCode.PROBLEMS);

        assertThat(cluster.requests())
                .allSatisfy(request ->
                        assertThat(request)
                                .satisfiesAnyOf(
                                        get -> assertThat(get).startsWith("GET "),
                                        review -> assertThat(review).isEqualTo(REVIEW),
                                        trial ->
                                                assertThat(trial)
                                                        .startsWith("POST /api/v1/namespaces/")
                                                        .endsWith("/pods?dryRun=All")));
    }

    @Test
    void whatIsForbiddenIsSkippedAndNamed() throws IOException {
        record();
        cluster.on(
                "GET " + Source.MUTATING.path(),
                403,
                """
                {"kind":"Status","apiVersion":"v1","status":"Failure","code":403,
                 "reason":"Forbidden","message":"you may not list webhooks"}
                """);
        cluster.on(REVIEW, 201, review(false));

        assertThat(run("--revision", "1-0", "-o", "short")).isEqualTo(ExitCode.OK);
        assertThat(said())
                .contains(
                        "‼ may-read: some objects can't be read, and what needs them is skipped:"
                                + " mutating webhooks: you may not list webhooks\n")
                .contains("‼ may-install: ")
                .doesNotContain("×");
    }

    @Test
    void anAuthorityThatWasBroughtAlongIsTheOneThatIsLookedAt() throws IOException {
        record();
        cluster.on("GET " + SECRETS + "cacerts", 200, secret("cacerts"));

        assertThat(run("--revision", "1-0", "-o", "short")).isEqualTo(ExitCode.PROBLEMS);
        assertThat(said())
                .contains("× authority-complete: ")
                .contains("secret cacerts: it has no root-cert.pem, no cert-chain.pem")
                .doesNotContain("PRIVATE");
    }

    @Test
    void anAuthorityThatMayNotBeReadIsNotCalledMissing() throws IOException {
        record();
        cluster.on(
                "GET " + SECRETS + "cacerts",
                403,
                """
                {"kind":"Status","apiVersion":"v1","status":"Failure","code":403,
                 "reason":"Forbidden","message":"you may not get secrets"}
                """);

        assertThat(run("--revision", "1-0")).isEqualTo(ExitCode.OK);
        assertThat(said())
                .contains("- 3 checks skipped, secret cacerts: you may not get secrets\n")
                .endsWith("status: 0 problems, 0 warnings, 71 good, 3 skipped\n");
    }

    private int check(String... arguments) throws IOException {
        record();
        return run(arguments);
    }

    private int run(String... arguments) throws IOException {
        List<String> typed = new ArrayList<>(List.of("check"));
        typed.addAll(List.of(arguments));
        typed.addAll(List.of("--kubeconfig", cluster.kubeconfig(folder).toString()));
        return SerinCommand.run(typed.toArray(String[]::new));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Lets the API server answer what the world is now. A trial gets the sidecar of 1-0. */
    private void record() {
        for (Source source : Source.values()) {
            boolean one = source == Source.VERSION || source == Source.ROUTE_DEFINITION;
            if (one && world.list(source).isEmpty()) {
                continue;
            }
            String items =
                    world.list(source).stream()
                            .map(JsonNode::toString)
                            .collect(Collectors.joining(","));
            cluster.on(
                    "GET " + source.path().replaceFirst("[?].*", ""),
                    200,
                    one
                            ? items
                            : "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":["
                                    + items
                                    + "]}");
        }
        world.facts()
                .pages()
                .forEach((pod, page) ->
                        cluster.on(
                                "GET "
                                        + PODS_OF_SYSTEM
                                        + "/"
                                        + pod.name()
                                        + ":8080/proxy/debug/syncz",
                                200,
                                world.page(pod.name()).toString()));
        for (String revision : List.of("1-0", "1-1")) {
            cluster.on(
                    "GET /api/v1/namespaces/istio-system/secrets/istiod-"
                            + revision
                            + "-webhook-cert",
                    200,
                    "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"data\":{\"tls.crt\":\"%s\"}}"
                            .formatted(World.bundle("serving")));
        }
        cluster.on("GET " + AUTHORITY, 200, secret("istio-ca-secret"));
        cluster.on(REVIEW, 201, review(true));
        cluster.on(
                "POST " + PODS_OF_SYSTEM,
                201,
                """
                {"kind":"Pod","apiVersion":"v1",
                 "metadata":{"name":"serin-trial-1-0","namespace":"istio-system",
                  "annotations":{"istio.io/rev":"1-0"}},
                 "spec":{"initContainers":[{"name":"istio-proxy"}],
                  "containers":[{"name":"trial","image":"trial"}]}}
                """);
    }

    /** Of the authority, with the key to its certificate. */
    private static String secret(String name) {
        return "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\"},\"data\":{\"ca-cert.pem\":\"%s\",\"ca-key.pem\":\"%s\"}}"
                .formatted(
                        name,
                        World.bundle("mesh-authority"),
                        Base64.getEncoder()
                                .encodeToString(
                                        World.key("mesh-authority")
                                                .getBytes(StandardCharsets.UTF_8)));
    }

    private static String review(boolean allowed) {
        return """
        {"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1",
         "spec":{},"status":{"allowed":%s}}
        """
                .formatted(allowed);
    }
}
