// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Channel;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestsTest {

    /** A JVM orders {@code Map.of} by chance: what is a text in an object must not depend on it. */
    @Test
    void theInjectorsValuesAreTheSameTextInEveryProcess() {
        assertThat(Manifests.injectorValues(InstallValues.of(Map.of("proxy.cpu", "20m"))))
                .isEqualTo(
                        "{\"image\":\"serin-proxy:0.1.0\",\"imagePullPolicy\":\"IfNotPresent\","
                                + "\"imagePullSecrets\":[],\"nativeSidecar\":\"auto\","
                                + "\"holdApplicationUntilProxyStarts\":false,\"cni\":false,"
                                + "\"resources\":{\"requests\":{\"cpu\":\"20m\",\"memory\":\"128Mi\"},"
                                + "\"limits\":{\"cpu\":\"2\",\"memory\":\"1Gi\"}}}");
    }

    @Test
    void everyObjectIsLabelledWithItsRevision() {
        List<JsonNode> objects = Manifests.render(new Revision("1-0"), InstallValues.of(Map.of()));

        assertThat(objects)
                .filteredOn(object -> !object.path("kind").asText().equals("Namespace"))
                .hasSizeGreaterThan(8)
                .allSatisfy(object ->
                        assertThat(object.at("/metadata/labels/istio.io~1rev").asText())
                                .as(object.at("/metadata/name").asText())
                                .isEqualTo("1-0"));
    }

    /** Once it might write whatever Lease of the namespace. */
    @Test
    void aControlPlaneMayWriteTheLeasesThatItSeeksAndMakeOthers() {
        Revision revision = new Revision("1-0");
        List<String> own =
                List.of(Objects.ROOT_CERTIFICATE_LEASE, Objects.routeStatusLease(revision));

        assertThat(writableLeases(Map.of())).containsExactlyInAnyOrderElementsOf(own);
        assertThat(writableLeases(Map.of("channel", "rapid")))
                .containsAll(own)
                .contains(Objects.channelLease(Channel.RAPID))
                .hasSize(own.size() + Channel.values().length);
    }

    private static List<String> writableLeases(Map<String, String> values) {
        List<String> names = new ArrayList<>();
        for (JsonNode object : Manifests.render(new Revision("1-0"), InstallValues.of(values))) {
            for (JsonNode rule : object.path("rules")) {
                if (rule.path("resources").toString().contains("leases")
                        && !rule.path("verbs").toString().equals("[\"create\"]")) {
                    rule.path("resourceNames").forEach(name -> names.add(name.asText()));
                    assertThat(rule.path("resourceNames")).isNotEmpty();
                }
            }
        }
        return names;
    }

    /** The control plane reads its configuration at its start: only a new pod reads a new one. */
    @Test
    void aChangedConfigurationChangesThePodTemplateAndNothingElseDoes() {
        assertThat(checksum(Map.of("proxy.cpu", "20m")))
                .hasSize(64)
                .isEqualTo(checksum(Map.of("proxy.cpu", "20m")))
                .isEqualTo(checksum(Map.of("proxy.cpu", "20m", "replicas", "2")))
                .isNotEqualTo(checksum(Map.of()));
    }

    /** A cluster has one, which is the default revision's; others make none. */
    @Test
    void whatNamesNoRevisionIsValidatedByTheDefaultOneAlone() {
        assertThat(validators("1-0"))
                .containsExactly(
                        "istio-validator-1-0-istio-system rev.validation.istio.io {\"key\":"
                                + "\"istio.io/rev\",\"operator\":\"In\",\"values\":[\"1-0\"]}");
        assertThat(validators("default"))
                .containsExactly(
                        "istio-validator-istio-system rev.validation.istio.io {\"key\":"
                                + "\"istio.io/rev\",\"operator\":\"In\",\"values\":[\"default\"]}",
                        "istiod-default-validator validation.istio.io {\"key\":"
                                + "\"istio.io/rev\",\"operator\":\"DoesNotExist\"}");
    }

    private static List<String> validators(String revision) {
        return Manifests.render(new Revision(revision), InstallValues.of(Map.of())).stream()
                .filter(it ->
                        it.at("/webhooks/0/clientConfig/service/path").asText().equals("/validate"))
                .map(it ->
                        it.at("/metadata/name").asText()
                                + " "
                                + it.at("/webhooks/0/name").asText()
                                + " "
                                + it.at("/webhooks/0/objectSelector/matchExpressions/0"))
                .toList();
    }

    private static String checksum(Map<String, String> settings) {
        return Manifests.render(new Revision("1-0"), InstallValues.of(settings)).stream()
                .filter(object -> object.path("kind").asText().equals("Deployment"))
                .map(object ->
                        object.at("/spec/template/metadata/annotations/checksum~1config").asText())
                .findFirst()
                .orElseThrow();
    }

    /** Two writers of one field would undo one another for ever. */
    @Test
    void nothingIsSaidOfWhatAControllerWrites() {
        assertThat(
                        the("Deployment", "1-0", Map.of("autoscale.max", "3"), true)
                                .at("/spec/replicas")
                                .isMissingNode())
                .isTrue();
        assertThat(the("Deployment", "1-0", Map.of(), true).at("/spec/replicas").asInt())
                .isEqualTo(1);
        JsonNode again = the("ValidatingWebhookConfiguration", "1-0", Map.of(), false);
        assertThat(again.path("webhooks")).isNotEmpty();
        assertThat(again.at("/webhooks/0/failurePolicy").isMissingNode()).isTrue();
        for (String kind :
                List.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")) {
            assertThat(the(kind, "1-0", Map.of(), true).path("webhooks"))
                    .isNotEmpty()
                    .allSatisfy(entry ->
                            assertThat(entry.at("/clientConfig/caBundle").isMissingNode())
                                    .isTrue());
        }
    }

    /** The default revision's Service must not pick the pods of another. */
    @Test
    void noSelectorPicksAnotherRevisionsPods() {
        JsonNode selector = the("Service", "default", Map.of(), true).at("/spec/selector");
        JsonNode others =
                the("Deployment", "1-0", Map.of(), true).at("/spec/template/metadata/labels");
        JsonNode own =
                the("Deployment", "default", Map.of(), true).at("/spec/template/metadata/labels");

        assertThat(selector.properties())
                .allMatch(label -> own.path(label.getKey()).equals(label.getValue()))
                .anyMatch(label -> !others.path(label.getKey()).equals(label.getValue()));
        assertThat(the("Deployment", "1-0", Map.of(), true).at("/spec/selector/matchLabels"))
                .isEqualTo(the("Service", "1-0", Map.of(), true).at("/spec/selector"));
    }

    @Test
    void theEntriesAreThoseOfIstio() {
        assertThat(entries("1-0", Map.of())).containsExactly("rev.namespace.", "rev.object.");
        assertThat(entries("default", Map.of()))
                .containsExactly("rev.namespace.", "rev.object.", "namespace.", "object.");
        assertThat(entries("default", Map.of("enableNamespacesByDefault", "true")))
                .containsExactly("rev.namespace.", "rev.object.", "namespace.", "object.", "auto.");
    }

    private static List<String> entries(String revision, Map<String, String> settings) {
        return java.util.stream.StreamSupport.stream(
                        the("MutatingWebhookConfiguration", revision, settings, true)
                                .path("webhooks")
                                .spliterator(),
                        false)
                .map(entry -> entry.path("name").asText())
                .map(name -> name.replaceFirst("sidecar-injector\\.istio\\.io$", ""))
                .toList();
    }

    private static JsonNode the(
            String kind, String revision, Map<String, String> settings, boolean fresh) {
        return Manifests.render(new Revision(revision), InstallValues.of(settings), fresh).stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
