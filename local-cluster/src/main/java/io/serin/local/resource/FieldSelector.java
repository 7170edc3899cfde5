// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which values some fields must have: a {@code fieldSelector=}. */
public final class FieldSelector {

    private static final Set<String> ALL = Set.of("metadata.name", "metadata.namespace");
    private static final Set<String> OF_PODS =
            Set.of(
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.schedulerName",
                    "spec.serviceAccountName",
                    "spec.hostNetwork",
                    "status.phase",
                    "status.podIP",
                    "status.nominatedNodeName");
    private static final Set<String> OF_EVENTS =
            Set.of(
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "source",
                    "type");

    private final List<Requirement> requirements;

    private record Requirement(String field, boolean equal, String value) {

        boolean matches(JsonNode object) {
            JsonNode node = object;
            for (String step : field.split("\\.")) {
                node = node.path(step);
            }
            if (field.equals("source")) {
                node = node.path("component");
            }
            return node.asText("").equals(value) == equal;
        }
    }

    private FieldSelector(List<Requirement> requirements) {
        this.requirements = List.copyOf(requirements);
    }

    /**
     * @throws io.serin.local.api.ApiFault 400 for fields that can't be selected by
     */
    public static FieldSelector parse(Kind kind, String text) {
        List<Requirement> requirements = new ArrayList<>();
        for (String part : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            int unequal = part.indexOf("!=");
            int equal = part.indexOf('=');
            if (equal < 0) {
                throw Faults.badRequest(
                        "invalid selector: '" + text + "'; can't understand '" + part + "'");
            }
            boolean negated = unequal >= 0;
            String field = part.substring(0, negated ? unequal : equal).strip();
            String value = part.substring((negated ? unequal + 1 : equal) + 1).strip();
            if (!negated && value.startsWith("=")) {
                value = value.substring(1);
            }
            if (!isSupported(kind, field)) {
                throw Faults.badRequest(
                        "Unable to find \""
                                + kind.resource().apiVersion()
                                + ", Resource="
                                + kind.resource().plural()
                                + "\" that match label selector \"\", field selector \""
                                + text
                                + "\": field label not supported: "
                                + field);
            }
            requirements.add(new Requirement(field, !negated, value));
        }
        return new FieldSelector(requirements);
    }

    private static boolean isSupported(Kind kind, String field) {
        return ALL.contains(field)
                || (kind.is(Resources.PODS) && OF_PODS.contains(field))
                || (kind.is(Resources.EVENTS) && OF_EVENTS.contains(field))
                || (kind.is(Resources.NAMESPACES) && field.equals("status.phase"))
                || (kind.is(Resources.NODES) && field.equals("spec.unschedulable"))
                || (kind.is(Resources.SECRETS) && field.equals("type"))
                || (kind.is(Resources.REPLICA_SETS) && field.equals("status.replicas"))
                || (kind.is(Resources.SERVICES)
                        && (field.equals("spec.clusterIP") || field.equals("spec.type")));
    }

    public boolean matches(JsonNode object) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(object)) {
                return false;
            }
        }
        return true;
    }
}
