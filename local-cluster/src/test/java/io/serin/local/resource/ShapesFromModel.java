// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes down the fields of the built-in kinds, as the client library's model has them. */
final class ShapesFromModel {

    private static final List<Class<?>> ROOTS =
            List.of(
                    Namespace.class,
                    Node.class,
                    Pod.class,
                    Service.class,
                    ConfigMap.class,
                    Secret.class,
                    ServiceAccount.class,
                    Event.class,
                    Deployment.class,
                    ReplicaSet.class,
                    EndpointSlice.class,
                    Lease.class,
                    Role.class,
                    RoleBinding.class,
                    ClusterRole.class,
                    ClusterRoleBinding.class,
                    MutatingWebhookConfiguration.class,
                    ValidatingWebhookConfiguration.class,
                    CustomResourceDefinition.class,
                    DeleteOptions.class);

    private final Map<String, Class<?>> named = new TreeMap<>();
    private final Map<String, String> lines = new TreeMap<>();
    private final Deque<Class<?>> open = new ArrayDeque<>();

    static String write() {
        ShapesFromModel shapes = new ShapesFromModel();
        ROOTS.forEach(shapes::name);
        while (!shapes.open.isEmpty()) {
            shapes.describe(shapes.open.pop());
        }
        return String.join("", shapes.lines.values());
    }

    private String name(Class<?> type) {
        String name = type.getSimpleName();
        Class<?> held = named.get(name);
        if (held != null && held != type) {
            String[] packages = type.getPackageName().split("\\.");
            name = packages[packages.length - 2] + name;
            held = named.get(name);
        }
        if (held == null) {
            named.put(name, type);
            open.push(type);
        }
        return name;
    }

    private void describe(Class<?> type) {
        Map<String, String> fields = new TreeMap<>();
        for (Field field : type.getDeclaredFields()) {
            JsonProperty property = field.getAnnotation(JsonProperty.class);
            if (property != null && !Modifier.isStatic(field.getModifiers())) {
                fields.put(property.value(), type(field.getGenericType()));
            }
        }
        StringBuilder line = new StringBuilder();
        named.forEach((name, held) -> line.append(held == type ? name : ""));
        String name = line.toString();
        fields.forEach((field, of) -> line.append(' ').append(field).append(':').append(of));
        lines.put(name, line.append('\n').toString());
    }

    private String type(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] arguments = generic.getActualTypeArguments();
            if (List.class.isAssignableFrom(raw)) {
                return "[" + type(arguments[0]) + "]";
            }
            if (Map.class.isAssignableFrom(raw)) {
                return "{" + type(arguments[1]) + "}";
            }
            throw new IllegalStateException(type.toString());
        }
        Class<?> plain = (Class<?>) type;
        return scalar(plain)
                .orElseGet(() ->
                        plain.getName().startsWith("io.fabric8.kubernetes.api.model")
                                        && !plain.isInterface()
                                        && hasFields(plain)
                                ? name(plain)
                                : "any");
    }

    private static boolean hasFields(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if (field.isAnnotationPresent(JsonProperty.class)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> scalar(Class<?> type) {
        if (type == String.class
                || type == MicroTime.class
                || type.getName().startsWith("java.time.")) {
            return Optional.of("string");
        }
        if (type.getSimpleName().startsWith("JSONSchemaPropsOr")) {
            return Optional.of("any");
        }
        if (type == Boolean.class) {
            return Optional.of("boolean");
        }
        if (type == Integer.class || type == Long.class) {
            return Optional.of("integer");
        }
        if (type == Double.class || type == Float.class || type == Number.class) {
            return Optional.of("number");
        }
        if (type == Quantity.class) {
            return Optional.of("quantity");
        }
        if (type == IntOrString.class) {
            return Optional.of("intOrString");
        }
        return Optional.empty();
    }
}
