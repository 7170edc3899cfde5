// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Objects.Rehearsal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes to the API server, and what is made of its answers. */
class ObjectsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG_MAP =
            """
            {"apiVersion":"v1","kind":"ConfigMap",
             "metadata":{"name":"istio-1-0","namespace":"istio-system"},"data":{"a":"b"}}
            """;
    private static final String PATH = "/api/v1/namespaces/istio-system/configmaps/istio-1-0";

    private @TempDir Path folder;
    private ObjectsHeld api;
    private Kube kube;
    private Objects objects;

    @BeforeEach
    void start() throws IOException {
        api = new ObjectsHeld();
        kube = api.connect(folder);
        objects = new Objects(kube);
    }

    @AfterEach
    void stop() {
        kube.close();
        api.close();
    }

    @Test
    void appliesUnderItsOwnNameOrAnother() throws IOException {
        api.put(PATH, CONFIG_MAP);

        objects.apply(json(CONFIG_MAP));
        objects.apply(json(CONFIG_MAP), "serin-other");

        assertThat(patches())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith("PATCH " + PATH + "?")
                                        .contains("fieldManager=serin&")
                                        .contains("force=true"),
                        second -> assertThat(second).contains("fieldManager=serin-other&"));
    }

    @Test
    void aRehearsalKeepsNothingAndTellsWhoRefused() throws IOException {
        assertThat(objects.rehearseCreation(json(CONFIG_MAP)))
                .isInstanceOfSatisfying(
                        Rehearsal.Admitted.class,
                        admitted ->
                                assertThat(admitted.object().at("/data/a").asText())
                                        .isEqualTo("b"));
        assertThat(api.requests).anyMatch(request -> request.contains("dryRun=All"));

        // The same again is there already, for this server does keep it.
        assertThat(objects.rehearseCreation(json(CONFIG_MAP)))
                .isEqualTo(new Rehearsal.Refused("is there"));
    }

    @Test
    void namesAnObjectWithItsNamespaceWhereItHasOne() throws IOException {
        assertThat(Objects.name(json(CONFIG_MAP)))
                .isEqualTo(new ObjectName("istio-system", "istio-1-0"));
        assertThat(Objects.name(json("{\"metadata\":{\"name\":\"x\"}}")))
                .isEqualTo(new ObjectName("", "x"));
    }

    @Test
    void ofAKindThatIsNotServedThereIsNothingToDelete() {
        objects.delete(
                List.of(new Objects.Kind("policy/v1", "PodDisruptionBudget", true)),
                "istio-system",
                Map.of("istio.io/rev", "1-0"));

        // Asked for, answered with 404, and no matter.
        assertThat(api.requests)
                .anyMatch(request ->
                        request.startsWith(
                                "DELETE /apis/policy/v1/namespaces/istio-system/"
                                        + "poddisruptionbudgets?labelSelector=istio.io%2Frev%3D1-0"));
    }

    private List<String> patches() {
        return api.requests.stream().filter(request -> request.startsWith("PATCH")).toList();
    }

    private static JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }
}
