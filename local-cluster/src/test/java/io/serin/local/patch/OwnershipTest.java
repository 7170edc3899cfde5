// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import static io.serin.local.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.resource.Shape;
import io.serin.local.resource.Shapes;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class OwnershipTest {

    private static final Shape DEPLOYMENT = Shapes.of("Deployment");
    private static final Ownership.Writer A = new Ownership.Writer("a", "apps/v1", "");
    private static final Ownership.Writer B = new Ownership.Writer("b", "apps/v1", "");

    private final Ownership ownership =
            new Ownership(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

    private ObjectNode apply(ObjectNode live, String applied, Ownership.Writer by) {
        return ownership.apply(DEPLOYMENT, live, object(applied), by, false);
    }

    private static ObjectNode bare(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.withObjectProperty("metadata").remove("managedFields");
        return copy;
    }

    @Test
    void theSameAgainChangesNothing() {
        String applied =
                "{metadata: {name: x, labels: {l: m}}, spec: {replicas: 2, template: {spec:"
                        + " {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}}}}";
        ObjectNode once = apply(object("{}"), applied, A);
        assertThat(apply(once, applied, A)).isEqualTo(once);
    }

    @Test
    void whatIsAppliedNoLongerGoes() {
        ObjectNode once = apply(object("{}"), "{metadata: {name: x, labels: {a: b, c: d}}}", A);
        assertThat(bare(apply(once, "{metadata: {name: x, labels: {a: b}}}", A)))
                .isEqualTo(object("{metadata: {name: x, labels: {a: b}}}"));
    }

    @Test
    void whatOthersOwnTooStays() {
        ObjectNode once = apply(object("{}"), "{metadata: {name: x, labels: {a: b}}}", A);
        ObjectNode twice = apply(once, "{metadata: {name: x, labels: {a: b}}}", B);
        assertThat(bare(apply(twice, "{metadata: {name: x}}", A)))
                .isEqualTo(object("{metadata: {name: x, labels: {a: b}}}"));
    }

    @Test
    void removesAnItemOfAListAndLeavesOthersItems() {
        ObjectNode once =
                apply(
                        object("{}"),
                        "{metadata: {name: x}, spec: {template: {spec: {containers: [{name: a,"
                                + " image: i}, {name: b, image: i}]}}}}",
                        A);
        ObjectNode twice =
                apply(
                        once,
                        "{metadata: {name: x}, spec: {template: {spec: {containers: [{name: c,"
                                + " image: i}]}}}}",
                        B);
        ObjectNode last =
                apply(
                        twice,
                        "{metadata: {name: x}, spec: {template: {spec: {containers: [{name: a,"
                                + " image: i}]}}}}",
                        A);
        assertThat(last.at("/spec/template/spec/containers").findValuesAsText("name"))
                .containsExactly("a", "c");
    }

    @Test
    void anothersValueIsAConflictThatNamesIt() {
        ObjectNode once = apply(object("{}"), "{metadata: {name: x}, spec: {replicas: 1}}", A);
        assertThatThrownBy(() -> apply(once, "{metadata: {name: x}, spec: {replicas: 2}}", B))
                .isInstanceOfSatisfying(
                        ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(409))
                .hasMessage(
                        "Apply failed with 1 conflict: conflict with \"a\" using apps/v1:"
                                + " .spec.replicas");
    }

    @Test
    void forceTakesIt() {
        ObjectNode once = apply(object("{}"), "{metadata: {name: x}, spec: {replicas: 1}}", A);
        ObjectNode taken =
                ownership.apply(
                        DEPLOYMENT,
                        once,
                        object("{metadata: {name: x}, spec: {replicas: 2}}"),
                        B,
                        true);
        assertThat(taken.at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(taken.at("/metadata/managedFields").findValuesAsText("manager"))
                .containsExactly("b");
    }

    @Test
    void anUpdateOwnsWhatItChanges() {
        ObjectNode live = apply(object("{}"), "{metadata: {name: x}, spec: {replicas: 1}}", A);
        ObjectNode next = live.deepCopy();
        next.withObjectProperty("spec").put("replicas", 3);
        ownership.update(DEPLOYMENT, live, next, B);
        assertThat(next.at("/metadata/managedFields").toString())
                .isEqualTo(
                        "[{\"manager\":\"b\",\"operation\":\"Update\",\"apiVersion\":\"apps/v1\","
                                + "\"time\":\"2026-01-01T00:00:00Z\",\"fieldsType\":\"FieldsV1\","
                                + "\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}}}}]");
    }

    @Test
    void writesItemsAsKubernetesDoes() {
        ObjectNode once =
                apply(
                        object("{}"),
                        "{metadata: {name: x}, spec: {template: {spec: {containers: [{name: c,"
                                + " ports: [{containerPort: 80}]}]}}}}",
                        A);
        assertThat(once.at("/metadata/managedFields/0/fieldsV1").toString())
                .isEqualTo(
                        "{\"f:spec\":{\"f:template\":{\"f:spec\":{\"f:containers\":{"
                                + "\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:name\":{},\"f:ports\":{"
                                + "\"k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{"
                                + "\".\":{},\"f:containerPort\":{}}}}}}}}}");
    }

    @Test
    void statusIsNotTheMainEndpointsToOwn() {
        ObjectNode once = apply(object("{}"), "{metadata: {name: x}, status: {replicas: 1}}", A);
        assertThat(once.at("/metadata/managedFields")).isEmpty();
    }
}
