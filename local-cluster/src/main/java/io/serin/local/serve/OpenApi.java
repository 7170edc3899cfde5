// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.resource.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The schema of what is served, one document for each group and version: enough for {@code kubectl
 * explain} and for kubectl to see that the server validates fields and does dry runs. Without
 * descriptions.
 */
final class OpenApi {

    private static final String PREFIX = "io.k8s.api.";
    private static final String PROTOBUF_V2 =
            "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private final Catalog catalog;

    OpenApi(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Whether it was a question about the schema. */
    boolean answer(Exchange exchange) {
        String path = exchange.path();
        if (path.equals("/openapi/v2")) {
            // Only clients of protobuf ask for it, when a kind isn't served: a document of nothing.
            exchange.empty(200, PROTOBUF_V2);
            return true;
        }
        if (path.equals("/openapi/v3")) {
            exchange.answer(200, root());
            return true;
        }
        if (path.startsWith("/openapi/v3/")) {
            exchange.answer(200, document(path.substring("/openapi/v3/".length())));
            return true;
        }
        return false;
    }

    private ObjectNode root() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = root.putObject("paths");
        for (Kind kind : catalog.kinds()) {
            String path = path(kind);
            paths.putObject(path)
                    .put(
                            "serverRelativeURL",
                            "/openapi/v3/"
                                    + path
                                    + "?hash="
                                    + Integer.toHexString(catalog.kinds().hashCode()));
        }
        return root;
    }

    private static String path(Kind kind) {
        return (kind.resource().group().isEmpty() ? "api/" : "apis/")
                + kind.resource().apiVersion();
    }

    private ObjectNode document(String groupVersion) {
        List<Kind> kinds =
                catalog.kinds().stream().filter(kind -> path(kind).equals(groupVersion)).toList();
        if (kinds.isEmpty()) {
            throw Faults.notFoundPath("/openapi/v3/" + groupVersion);
        }
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("openapi", "3.0.0");
        document.putObject("info").put("title", "local-cluster").put("version", "v1.36.0");
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        Set<String> done = new TreeSet<>();
        for (Kind kind : kinds) {
            operations(paths, kind);
            ObjectNode schema =
                    kind.custom()
                            .<ObjectNode>map(OpenApi::custom)
                            .orElseGet(() -> named(kind.shape(), schemas, done));
            schema.putArray("x-kubernetes-group-version-kind").add(gvk(kind));
            schemas.set(PREFIX + kind.resource().kind(), schema);
        }
        return document;
    }

    private static ObjectNode custom(ObjectNode version) {
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        return schema instanceof ObjectNode object
                ? object.deepCopy()
                : JsonNodeFactory.instance.objectNode().put("type", "object");
    }

    private static void operations(ObjectNode paths, Kind kind) {
        String base =
                "/"
                        + path(kind)
                        + (kind.resource().namespaced() ? "/namespaces/{namespace}/" : "/")
                        + kind.resource().plural();
        ObjectNode item = paths.putObject(base + "/{name}");
        for (String method : List.of("get", "put", "patch", "delete")) {
            ObjectNode operation = item.putObject(method);
            operation.put("x-kubernetes-action", method);
            operation.set("x-kubernetes-group-version-kind", gvk(kind));
            if (!method.equals("get")) {
                ArrayNode parameters = operation.putArray("parameters");
                for (String name : List.of("dryRun", "fieldManager", "fieldValidation", "force")) {
                    ObjectNode parameter = parameters.addObject();
                    parameter.put("name", name).put("in", "query");
                    parameter
                            .putObject("schema")
                            .put("type", name.equals("force") ? "boolean" : "string");
                }
            }
            operation.putObject("responses").putObject("200").put("description", "OK");
        }
    }

    private static ObjectNode gvk(Kind kind) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", kind.resource().group())
                .put("version", kind.resource().version())
                .put("kind", kind.resource().kind());
    }

    private static ObjectNode named(Shape shape, ObjectNode schemas, Set<String> done) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object");
        if (shape instanceof Shape.Struct struct) {
            ObjectNode properties = schema.putObject("properties");
            for (Map.Entry<String, Shape> field :
                    new java.util.TreeMap<>(struct.fields().get()).entrySet()) {
                properties.set(field.getKey(), schema(field.getValue(), schemas, done));
            }
            if (struct.atomic()) {
                schema.put("x-kubernetes-map-type", "atomic");
            }
        }
        return schema;
    }

    private static ObjectNode schema(Shape shape, ObjectNode schemas, Set<String> done) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        switch (shape) {
            case Shape.Any any -> schema.put("type", "object");
            case Shape.Scalar scalar -> scalar(schema, scalar.form());
            case Shape.ListOf list -> {
                schema.put("type", "array");
                schema.set("items", schema(list.item(), schemas, done));
                list(schema, list);
            }
            case Shape.MapOf map -> {
                schema.put("type", "object");
                schema.set("additionalProperties", schema(map.value(), schemas, done));
            }
            case Shape.Struct struct -> {
                if (done.add(struct.name())) {
                    schemas.set(PREFIX + struct.name(), named(struct, schemas, done));
                }
                schema.put("$ref", "#/components/schemas/" + PREFIX + struct.name());
            }
        }
        return schema;
    }

    private static void scalar(ObjectNode schema, Shape.Form form) {
        switch (form) {
            case STRING, QUANTITY -> schema.put("type", "string");
            case INTEGER -> schema.put("type", "integer");
            case NUMBER -> schema.put("type", "number");
            case BOOLEAN -> schema.put("type", "boolean");
            case INT_OR_STRING -> schema.put("type", "string").put("format", "int-or-string");
        }
    }

    private static void list(ObjectNode schema, Shape.ListOf list) {
        if (list.isAtomic()) {
            schema.put("x-kubernetes-list-type", "atomic");
        } else if (list.isSet()) {
            schema.put("x-kubernetes-list-type", "set");
        } else {
            schema.put("x-kubernetes-list-type", "map");
            ArrayNode keys = schema.putArray("x-kubernetes-list-map-keys");
            list.applyKeys().forEach(keys::add);
        }
        Optional<String> patchKey = list.patchKey();
        if (patchKey.isPresent()) {
            schema.put(
                    "x-kubernetes-patch-strategy",
                    list.retainKeys() ? "merge,retainKeys" : "merge");
            if (!patchKey.get().equals(".")) {
                schema.put("x-kubernetes-patch-merge-key", patchKey.get());
            }
        }
    }
}
