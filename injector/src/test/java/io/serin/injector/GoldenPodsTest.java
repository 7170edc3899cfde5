// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.injector.decide.Refusal;
import io.serin.injector.patch.JsonPatch;
import io.serin.injector.patch.PatchApplied;
import io.serin.injector.template.TreeTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pods in, pods out, in src/test/resources/io/serin/injector/golden: {@code NAME.in.yaml} holds the
 * case and its pod, {@code NAME.out.yaml} what becomes of it. {@code -Dgolden=update} rewrites the
 * latter, to be read in the diff.
 */
class GoldenPodsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/io/serin/injector/golden");

    private record Case(JsonNode settings, JsonNode pod) {

        static Case read(String name) throws IOException {
            List<JsonNode> documents =
                    TreeTemplate.parseYaml(Files.readString(GOLDEN.resolve(name + ".in.yaml")));
            return new Case(documents.get(0), documents.get(1));
        }

        /** With the node's agent where it is without, and without where it is with it. */
        Case turned() {
            ObjectNode changed = settings.deepCopy();
            boolean cni = changed.path("values").path("cni").asBoolean();
            changed.withObject("/values").put("cni", !cni);
            return new Case(changed, pod);
        }

        Injection injectedBy(String revision) {
            return again(revision, pod);
        }

        Injection again(String revision, JsonNode before) {
            Map<String, String> environment = new LinkedHashMap<>();
            settings.path("environment")
                    .properties()
                    .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
            return TestInjectors.of(revision, settings)
                    .inject(before, settings.path("namespace").asText("shop"), environment);
        }
    }

    static Stream<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".in.yaml"))
                    .map(name -> name.substring(0, name.length() - ".in.yaml".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void becomesWhatTheGoldenFileSays(String name) throws IOException {
        String actual = TreeTemplate.writeYaml(written(Case.read(name).injectedBy("1-0")));
        Path file = GOLDEN.resolve(name + ".out.yaml");
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thePatchMakesTheOneOfTheOther(String name) throws IOException {
        Case given = Case.read(name);
        if (given.injectedBy("1-0") instanceof Injection.Injected(JsonNode pod, var warnings)) {
            JsonNode patch = JsonPatch.between(given.pod(), pod);
            assertThat(PatchApplied.to(given.pod(), patch)).isEqualTo(pod);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void injectingAgainChangesNothing(String name) throws IOException {
        Case given = Case.read(name);
        if (given.injectedBy("1-0") instanceof Injection.Injected(JsonNode pod, var warnings)) {
            assertThat(given.again("1-0", pod))
                    .isInstanceOfSatisfying(
                            Injection.Injected.class,
                            again -> assertThat(JsonPatch.between(pod, again.pod())).isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anotherRevisionLeavesNothingOfTheFirst(String name) throws IOException {
        Case given = Case.read(name);
        if (given.injectedBy("1-0") instanceof Injection.Injected(JsonNode pod, var warnings)) {
            Injection direct = given.injectedBy("1-1");
            assertThat(given.again("1-1", pod))
                    .isInstanceOfSatisfying(
                            Injection.Injected.class,
                            again ->
                                    assertThat(again.pod())
                                            .isEqualTo(((Injection.Injected) direct).pod()));
        }
    }

    /** Whoever redirects, the other way of it leaves nothing behind. */
    @ParameterizedTest
    @MethodSource("cases")
    void aRevisionWithAnotherRedirectionLeavesNothingOfTheFirst(String name) throws IOException {
        Case given = Case.read(name);
        // What others put into a container goes with it, which another run does not know.
        if (!given.pod().at("/metadata/annotations").has(Labels.STATUS)
                && given.turned().injectedBy("1-0")
                        instanceof Injection.Injected(JsonNode pod, var _)
                && given.injectedBy("1-1") instanceof Injection.Injected direct) {
            assertThat(given.again("1-1", pod))
                    .isInstanceOfSatisfying(
                            Injection.Injected.class,
                            again -> assertThat(again.pod()).isEqualTo(direct.pod()));
        }
    }

    /** What other admission plug-ins have put into our containers is not to be lost. */
    @ParameterizedTest
    @ValueSource(strings = {"reinvoked-deployment", "reinvoked-brought-along"})
    void aSecondCallLeavesWhatTheApiServerFilledIn(String name) throws IOException {
        Case given = Case.read(name);
        assertThat(given.injectedBy("1-0"))
                .isInstanceOfSatisfying(
                        Injection.Injected.class,
                        again -> assertThat(again.pod()).isEqualTo(given.pod()));
    }

    private static List<JsonNode> written(Injection injection) {
        ObjectNode outcome = JsonNodeFactory.instance.objectNode();
        List<JsonNode> documents = new ArrayList<>(List.of(outcome));
        switch (injection) {
            case Injection.Injected(JsonNode pod, List<String> warnings) -> {
                outcome.put("outcome", "injected");
                warnings.forEach(outcome.putArray("warnings")::add);
                documents.add(pod);
            }
            case Injection.Skipped(String reason, List<String> warnings) -> {
                outcome.put("outcome", "skipped").put("reason", reason);
                warnings.forEach(outcome.putArray("warnings")::add);
            }
            case Injection.Refused(Refusal refusal) ->
                    outcome.put("outcome", "refused").put("message", refusal.getMessage());
        }
        return documents;
    }
}
