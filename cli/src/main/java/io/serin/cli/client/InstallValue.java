// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.decide.MeshConfig;
import io.serin.injector.decide.Policy;
import io.serin.injector.decide.Refusal;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All that can be set at an installation, by {@code --set}, in a values file, or in the Helm chart:
 * whatever tells of values, also the pages and the chart's schema, is made from these.
 */
@SuppressWarnings("ImmutableEnumChecker") // the checks are records of texts and numbers
public enum InstallValue {
    IMAGE_HUB(
            "image.hub",
            "",
            new Text("([a-z0-9]([A-Za-z0-9._:/-]*[A-Za-z0-9])?)?", "a registry and folder"),
            "Where images are pulled from, e.g. `registry.example.org/serin`; empty: what the nodes have."),
    IMAGE_TAG(
            "image.tag",
            "0.1.0",
            new Text("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", "an image's tag"),
            "The tag of both images, `serin-control-plane` and `serin-proxy`."),
    IMAGE_PULL_POLICY(
            "image.pullPolicy",
            "IfNotPresent",
            new OneOf(List.of("IfNotPresent", "Always", "Never")),
            "When nodes pull them."),
    IMAGE_PULL_SECRETS(
            "image.pullSecrets",
            "",
            new Names(),
            "The Secrets that pulling them takes. Pods that get a sidecar need them in their own namespaces."),
    REPLICAS(
            "replicas",
            "1",
            new Whole(1, 99),
            "How many pods the control plane has; not beside `autoscale.max`."),
    AUTOSCALE_MIN(
            "autoscale.min",
            "1",
            new Whole(1, 99),
            "The fewest pods that an autoscaler leaves, where there is one."),
    AUTOSCALE_MAX(
            "autoscale.max",
            "0",
            new Whole(0, 99),
            "The most pods that an autoscaler makes, at 80 % of their CPU request; 0: no autoscaler."),
    CONTROL_PLANE_CPU(
            "controlPlane.cpu", "100m", Text.QUANTITY, "The control plane's CPU request."),
    CONTROL_PLANE_MEMORY(
            "controlPlane.memory", "192Mi", Text.QUANTITY, "The control plane's memory request."),
    CONTROL_PLANE_MEMORY_LIMIT(
            "controlPlane.memoryLimit",
            "512Mi",
            Text.QUANTITY,
            "The control plane's memory limit."),
    PROXY_CPU("proxy.cpu", "100m", Text.QUANTITY, "A sidecar's CPU request."),
    PROXY_MEMORY("proxy.memory", "128Mi", Text.QUANTITY, "A sidecar's memory request."),
    PROXY_CPU_LIMIT("proxy.cpuLimit", "2", Text.QUANTITY, "A sidecar's CPU limit."),
    PROXY_MEMORY_LIMIT("proxy.memoryLimit", "1Gi", Text.QUANTITY, "A sidecar's memory limit."),
    PROXY_NATIVE_SIDECAR(
            "proxy.nativeSidecar",
            "auto",
            new OneOf(List.of("auto", "true", "false")),
            "Whether a sidecar is a native one, where its pod does not say; `auto` means true."),
    PROXY_HOLD(
            "proxy.holdApplicationUntilProxyStarts",
            "false",
            new Truth(),
            "Whether an application waits for a sidecar that is not a native one, where its pod does not say."),
    PROXY_SECCOMP_PROFILE(
            "proxy.seccompProfile",
            "",
            new Text("(RuntimeDefault|Unconfined)?", "RuntimeDefault, Unconfined, or nothing"),
            "The seccomp profile of the injected containers; nothing: what the node gives them."),
    PROXY_AUTO_INJECT(
            "proxy.autoInject",
            "enabled",
            new OneOf(Policy.Default.WORDS),
            "What becomes of a pod that no label and no selector decides about: it gets a sidecar, or not."),
    CNI_ENABLED(
            "pilot.cni.enabled",
            "false",
            new Truth(),
            "Whether an agent on each node redirects the traffic of pods, so that they need no right to do it."),
    CNI_PROVIDER(
            "pilot.cni.provider",
            "default",
            new Text("(default)?", "default: multus and others are not supported, nor needed"),
            "Which plug-in takes part: `default` alone."),
    MESH_DEFAULT_CONFIG(
            "meshConfig.defaultConfig",
            "{}",
            new Defaults(),
            "What annotation `proxy.istio.io/config` would say, for pods that do not say otherwise."),
    INJECTOR_NEVER(
            "sidecarInjectorWebhook.neverInjectSelector",
            "[]",
            Tree.SELECTORS,
            "Pods that get no sidecar, unless they ask for it."),
    INJECTOR_ALWAYS(
            "sidecarInjectorWebhook.alwaysInjectSelector",
            "[]",
            Tree.SELECTORS,
            "Pods that get a sidecar though `proxy.autoInject` is `disabled`."),
    INJECTOR_ANNOTATIONS(
            "sidecarInjectorWebhook.injectedAnnotations",
            "{}",
            new Tree(false, "annotations that no injector reads, e.g. {example.org/team: shop}"),
            "What every injected pod is given that does not have it."),
    INJECTOR_TEMPLATES(
            "sidecarInjectorWebhook.templates",
            "{}",
            new Tree(
                    false,
                    "templates by name, e.g. {tracing: {containers: [{name: collector, image:"
                            + " 'collector:1'}]}}"),
            "What pods may get beside the shipped template `sidecar`; or, of that name, in its place."),
    INJECTOR_DEFAULT_TEMPLATES(
            "sidecarInjectorWebhook.defaultTemplates",
            "[sidecar]",
            new Tree(true, "a list of names, of templates or aliases"),
            "The templates of a pod that names none."),
    INJECTOR_ALIASES(
            "sidecarInjectorWebhook.aliases",
            "{}",
            new Tree(
                    false, "lists of templates' names, by name, e.g. {traced: [sidecar, tracing]}"),
            "Names that stand for several templates."),
    ENABLE_NAMESPACES_BY_DEFAULT(
            "enableNamespacesByDefault",
            "false",
            new Truth(),
            "Whether pods that no label speaks of get a sidecar too; of revision `default` alone."),
    CHANNEL(
            "channel",
            "none",
            new OneOf(List.of("none", "rapid", "regular", "stable")),
            "The channel that the revision is of, whose tag (`asm-managed-rapid`, `asm-managed`, `asm-managed-stable`) moves to the newest one by itself.");

    /** The section of {@link #ofInjector}. */
    private static final String INJECTOR = "sidecarInjectorWebhook.";

    private final String key;
    private final String byDefault;
    private final Check check;
    private final String sentence;

    InstallValue(String key, String byDefault, Check check, String sentence) {
        this.key = key;
        this.byDefault = byDefault;
        this.check = check;
        this.sentence = sentence;
    }

    /** What it may hold. */
    sealed interface Check {

        /** Whether a text that a person wrote will do. */
        boolean allows(String text);

        /** For a message, after "expected: ". */
        String expected();

        /** As it stands in an object. */
        default Object typed(String text) {
            return text;
        }
    }

    record Text(String pattern, String expected) implements Check {

        static final Text QUANTITY =
                new Text(
                        "[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?",
                        "a quantity of Kubernetes, e.g. 100m or 128Mi");

        @Override
        public boolean allows(String text) {
            return Pattern.matches(pattern, text);
        }
    }

    record Whole(int least, int most) implements Check {

        @Override
        public boolean allows(String text) {
            return Pattern.matches("[0-9]{1,6}", text)
                    && Integer.parseInt(text) >= least
                    && Integer.parseInt(text) <= most;
        }

        @Override
        public String expected() {
            return "a whole number, " + least + " to " + most;
        }

        @Override
        public Object typed(String text) {
            return Integer.parseInt(text);
        }
    }

    record OneOf(List<String> words) implements Check {

        @Override
        public boolean allows(String text) {
            return words.contains(text);
        }

        @Override
        public String expected() {
            return "one of " + String.join(", ", words);
        }
    }

    /** With commas between them; in a file also as a list. */
    record Names() implements Check {

        static final String NAME = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";

        @Override
        public boolean allows(String text) {
            return text.isEmpty()
                    || Arrays.stream(text.split(",", -1)).allMatch(name -> name.matches(NAME));
        }

        @Override
        public String expected() {
            return "names of Secrets, with commas between them, or nothing";
        }

        @Override
        public Object typed(String text) {
            return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
        }
    }

    /** Of proxies: a section, in a file; else YAML. */
    record Defaults() implements Check {

        @Override
        public boolean allows(String text) {
            try {
                var _ = MeshConfig.defaults(text);
                return true;
            } catch (TemplateFault | Refusal refused) {
                return false;
            }
        }

        @Override
        public String expected() {
            return "fields of ProxyConfig that are supported, e.g. {proxyMetadata: {NAME: text}}";
        }

        @Override
        public Object typed(String text) {
            return TreeTemplate.parseYaml(text).getFirst();
        }
    }

    /**
     * What the injector reads: a list or a section, in a file; else YAML. What is in it the
     * injector looks at, when all values are known.
     */
    record Tree(boolean isList, String expected) implements Check {

        static final Tree SELECTORS =
                new Tree(true, "a list of label selectors, e.g. [{matchLabels: {app: batch}}]");

        @Override
        public boolean allows(String text) {
            try {
                List<JsonNode> documents = TreeTemplate.parseYaml(text);
                return documents.size() == 1
                        && (isList
                                ? documents.getFirst().isArray()
                                : documents.getFirst().isObject());
            } catch (TemplateFault broken) {
                return false;
            }
        }

        @Override
        public Object typed(String text) {
            return TreeTemplate.parseYaml(text).getFirst();
        }
    }

    record Truth() implements Check {

        @Override
        public boolean allows(String text) {
            return text.equals("true") || text.equals("false");
        }

        @Override
        public String expected() {
            return "true or false";
        }

        @Override
        public Object typed(String text) {
            return Boolean.parseBoolean(text);
        }
    }

    /** Its name, with a dot for each section that it is in. */
    public String key() {
        return key;
    }

    /** What holds where nothing is set; may be empty. */
    public String byDefault() {
        return byDefault;
    }

    /** What it may hold, in words. */
    public String expected() {
        return check.expected();
    }

    /** What it is for. */
    public String sentence() {
        return sentence;
    }

    Check check() {
        return check;
    }

    /** Those that stand in the injector's {@code config}, each under the last part of its name. */
    static List<InstallValue> ofInjector() {
        return Arrays.stream(values()).filter(value -> value.key.startsWith(INJECTOR)).toList();
    }

    /** The last part of its name. */
    String field() {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    static Optional<InstallValue> of(String key) {
        return Arrays.stream(values()).filter(value -> value.key.equals(key)).findFirst();
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(InstallValue::key).toList();
    }

    /** Whether others begin with it and a dot. */
    static boolean isSection(String key) {
        return keys().stream().anyMatch(known -> known.startsWith(key + "."));
    }
}
