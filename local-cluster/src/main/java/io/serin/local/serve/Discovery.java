// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Kind;
import io.serin.local.resource.NotServed;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Says what is served: {@code /api}, {@code /apis} and below, aggregated for those who ask so. */
final class Discovery {

    private static final List<String> VERBS =
            List.of(
                    "create",
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "update",
                    "watch");
    private static final String AGGREGATED = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private final Catalog catalog;

    /** Things that are asked and never stored: POST only. */
    private record Question(String group, String kind, String plural, boolean namespaced) {}

    private static final List<Question> QUESTIONS =
            List.of(
                    new Question("authentication.k8s.io", "TokenReview", "tokenreviews", false),
                    new Question(
                            "authentication.k8s.io",
                            "SelfSubjectReview",
                            "selfsubjectreviews",
                            false),
                    new Question(
                            "authorization.k8s.io",
                            "SubjectAccessReview",
                            "subjectaccessreviews",
                            false),
                    new Question(
                            "authorization.k8s.io",
                            "SelfSubjectAccessReview",
                            "selfsubjectaccessreviews",
                            false),
                    new Question(
                            "authorization.k8s.io",
                            "SelfSubjectRulesReview",
                            "selfsubjectrulesreviews",
                            false),
                    new Question(
                            "authorization.k8s.io",
                            "LocalSubjectAccessReview",
                            "localsubjectaccessreviews",
                            true));

    Discovery(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Whether it was a question about what is served. */
    boolean answer(Exchange exchange) {
        String path = exchange.path();
        String[] parts = path.substring(1).split("/");
        boolean core = parts[0].equals("api");
        if (!core && !parts[0].equals("apis")) {
            return false;
        }
        boolean aggregated = exchange.header("Accept").replace(" ", "").contains(AGGREGATED);
        if (parts.length == 1) {
            if (aggregated) {
                exchange.answer(200, "application/json;" + AGGREGATED, aggregated(core), List.of());
            } else {
                exchange.answer(200, core ? versions() : groups());
            }
            return true;
        }
        if (core) {
            return parts.length == 2 && resources(exchange, "", parts[1]);
        }
        if (parts.length == 2) {
            Optional<List<String>> versions = Optional.ofNullable(allGroups().get(parts[1]));
            versions.ifPresent(found -> exchange.answer(200, standalone(parts[1], found)));
            return versions.isPresent();
        }
        return parts.length == 3 && resources(exchange, parts[1], parts[2]);
    }

    private Map<String, List<String>> allGroups() {
        Map<String, List<String>> groups = catalog.groups();
        QUESTIONS.forEach(question -> groups.put(question.group(), List.of("v1")));
        for (Resource kind : NotServed.KINDS) {
            groups.putIfAbsent(kind.group(), List.of(kind.version()));
        }
        return groups;
    }

    private static ObjectNode versions() {
        ObjectNode versions = object("APIVersions", "v1");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    private ObjectNode groups() {
        ObjectNode list = object("APIGroupList", "v1");
        ArrayNode groups = list.putArray("groups");
        allGroups()
                .forEach((group, versions) -> {
                    if (!group.isEmpty()) {
                        groups.add(group(group, versions));
                    }
                });
        return list;
    }

    private static ObjectNode standalone(String group, List<String> versions) {
        ObjectNode object = object("APIGroup", "v1");
        object.setAll(group(group, versions));
        return object;
    }

    private static ObjectNode group(String group, List<String> versions) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("name", group);
        ArrayNode all = object.putArray("versions");
        versions.forEach(version -> all.add(version(group, version)));
        object.set("preferredVersion", version(group, versions.getFirst()));
        return object;
    }

    private static ObjectNode version(String group, String version) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("groupVersion", group + "/" + version)
                .put("version", version);
    }

    private boolean resources(Exchange exchange, String group, String version) {
        if (!allGroups().getOrDefault(group, List.of()).contains(version)) {
            return false;
        }
        ObjectNode list = object("APIResourceList", "v1");
        list.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (Kind kind : catalog.kinds()) {
            if (kind.resource().group().equals(group)
                    && kind.resource().version().equals(version)) {
                resources.add(resource(kind));
                subresources(kind)
                        .forEach((name, responds) ->
                                resources
                                        .addObject()
                                        .put("name", kind.resource().plural() + "/" + name)
                                        .put("singularName", "")
                                        .put("namespaced", kind.resource().namespaced())
                                        .put("kind", responds.kind())
                                        .set("verbs", verbs(responds.verbs())));
            }
        }
        for (Question question : QUESTIONS) {
            if (question.group().equals(group)) {
                resources
                        .addObject()
                        .put("name", question.plural())
                        .put("singularName", "")
                        .put("namespaced", question.namespaced())
                        .put("kind", question.kind())
                        .set("verbs", verbs(List.of("create")));
            }
        }
        for (Resource kind : NotServed.KINDS) {
            if (kind.group().equals(group) && kind.version().equals(version)) {
                resources
                        .addObject()
                        .put("name", kind.plural())
                        .put("singularName", kind.kind().toLowerCase(Locale.ROOT))
                        .put("namespaced", kind.namespaced())
                        .put("kind", kind.kind())
                        .set("verbs", verbs(List.of("create")));
            }
        }
        exchange.answer(200, list);
        return true;
    }

    private static ObjectNode resource(Kind kind) {
        ObjectNode resource = JsonNodeFactory.instance.objectNode();
        resource.put("name", kind.resource().plural());
        resource.put("singularName", kind.singular());
        resource.put("namespaced", kind.resource().namespaced());
        resource.put("kind", kind.resource().kind());
        resource.set("verbs", verbs(VERBS));
        if (!kind.shortNames().isEmpty()) {
            resource.set("shortNames", verbs(kind.shortNames()));
        }
        if (!kind.categories().isEmpty()) {
            resource.set("categories", verbs(kind.categories()));
        }
        return resource;
    }

    private record Responds(String group, String kind, List<String> verbs) {}

    private static Map<String, Responds> subresources(Kind kind) {
        Map<String, Responds> subresources = new java.util.TreeMap<>();
        String own = kind.resource().kind();
        for (String name : new TreeSet<>(kind.subresources())) {
            subresources.put(
                    name,
                    name.equals("scale")
                            ? new Responds(
                                    "autoscaling", "Scale", List.of("get", "patch", "update"))
                            : new Responds(
                                    kind.resource().group(),
                                    own,
                                    List.of("get", "patch", "update")));
        }
        if (kind.is(Resources.PODS)) {
            subresources.put("log", new Responds("", "Pod", List.of("get")));
            subresources.put("exec", new Responds("", "PodExecOptions", List.of("create", "get")));
            subresources.put(
                    "portforward",
                    new Responds("", "PodPortForwardOptions", List.of("create", "get")));
            subresources.put(
                    "proxy",
                    new Responds(
                            "",
                            "PodProxyOptions",
                            List.of("create", "delete", "get", "patch", "update")));
            subresources.put("eviction", new Responds("policy", "Eviction", List.of("create")));
            subresources.put("binding", new Responds("", "Binding", List.of("create")));
        } else if (kind.is(Resources.SERVICE_ACCOUNTS)) {
            subresources.put(
                    "token",
                    new Responds("authentication.k8s.io", "TokenRequest", List.of("create")));
        } else if (kind.is(Resources.NAMESPACES)) {
            subresources.put("finalize", new Responds("", "Namespace", List.of("update")));
        }
        return subresources;
    }

    private ObjectNode aggregated(boolean core) {
        ObjectNode list = object("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        allGroups()
                .forEach((group, versions) -> {
                    if (group.isEmpty() == core) {
                        ObjectNode item = items.addObject();
                        ObjectNode metadata = item.putObject("metadata");
                        metadata.putNull("creationTimestamp");
                        if (!core) {
                            metadata.put("name", group);
                        }
                        ArrayNode all = item.putArray("versions");
                        versions.forEach(version -> all.add(aggregated(group, version)));
                    }
                });
        return list;
    }

    private ObjectNode aggregated(String group, String version) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("version", version);
        object.put("freshness", "Current");
        ArrayNode resources = object.putArray("resources");
        for (Kind kind : catalog.kinds()) {
            if (!kind.resource().group().equals(group)
                    || !kind.resource().version().equals(version)) {
                continue;
            }
            ObjectNode resource = resources.addObject();
            resource.put("resource", kind.resource().plural());
            resource.set("responseKind", kind(group, version, kind.resource().kind()));
            resource.put("scope", kind.resource().namespaced() ? "Namespaced" : "Cluster");
            resource.put("singularResource", kind.singular());
            resource.set("verbs", verbs(VERBS));
            if (!kind.shortNames().isEmpty()) {
                resource.set("shortNames", verbs(kind.shortNames()));
            }
            if (!kind.categories().isEmpty()) {
                resource.set("categories", verbs(kind.categories()));
            }
            ArrayNode subresources = JsonNodeFactory.instance.arrayNode();
            subresources(kind)
                    .forEach((name, responds) -> {
                        ObjectNode sub = subresources.addObject();
                        sub.put("subresource", name);
                        sub.set(
                                "responseKind",
                                kind(
                                        responds.group(),
                                        responds.group().equals(group) ? version : "v1",
                                        responds.kind()));
                        sub.set("verbs", verbs(responds.verbs()));
                    });
            if (!subresources.isEmpty()) {
                resource.set("subresources", subresources);
            }
        }
        for (Question question : QUESTIONS) {
            if (question.group().equals(group)) {
                ObjectNode resource = resources.addObject();
                resource.put("resource", question.plural());
                resource.set("responseKind", kind(group, version, question.kind()));
                resource.put("scope", question.namespaced() ? "Namespaced" : "Cluster");
                resource.put("singularResource", "");
                resource.set("verbs", verbs(List.of("create")));
            }
        }
        for (Resource kind : NotServed.KINDS) {
            if (kind.group().equals(group) && kind.version().equals(version)) {
                ObjectNode resource = resources.addObject();
                resource.put("resource", kind.plural());
                resource.set("responseKind", kind(group, version, kind.kind()));
                resource.put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
                resource.put("singularResource", kind.kind().toLowerCase(Locale.ROOT));
                resource.set("verbs", verbs(List.of("create")));
            }
        }
        return object;
    }

    private static ObjectNode kind(String group, String version, String kind) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", group)
                .put("version", version)
                .put("kind", kind);
    }

    private static ArrayNode verbs(List<String> verbs) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        verbs.forEach(list::add);
        return list;
    }

    private static ObjectNode object(String kind, String apiVersion) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind)
                .put("apiVersion", apiVersion);
    }
}
