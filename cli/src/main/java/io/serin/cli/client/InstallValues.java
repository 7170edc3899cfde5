// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code --set} may set, with its defaults; each is checked when it is read. */
public final class InstallValues {

    private static final Map<String, String> DEFAULTS = defaults();

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("image.hub", "");
        defaults.put("image.tag", "0.1.0");
        defaults.put("image.pullPolicy", "IfNotPresent");
        defaults.put("replicas", "1");
        defaults.put("controlPlane.cpu", "100m");
        defaults.put("controlPlane.memory", "192Mi");
        defaults.put("controlPlane.memoryLimit", "512Mi");
        defaults.put("proxy.cpu", "100m");
        defaults.put("proxy.memory", "128Mi");
        defaults.put("proxy.cpuLimit", "2");
        defaults.put("proxy.memoryLimit", "1Gi");
        return defaults;
    }

    private final Map<String, String> values = new LinkedHashMap<>(DEFAULTS);

    private InstallValues() {}

    /**
     * Lays settings over the defaults.
     *
     * @throws CliFault naming a key that is not known, or a value that can't be
     */
    public static InstallValues of(Map<String, String> settings) {
        InstallValues result = new InstallValues();
        settings.forEach((key, value) -> {
            if (!DEFAULTS.containsKey(key)) {
                throw CliFault.usage(
                        "--set " + key + ": there is no such value",
                        "values are: " + String.join(", ", DEFAULTS.keySet()));
            }
            result.values.put(key, value);
        });
        var _ = result.replicas();
        return result;
    }

    private String get(String key) {
        return values.getOrDefault(key, "");
    }

    String image(String name) {
        String hub = get("image.hub");
        return (hub.isEmpty() ? "" : hub + "/") + name + ":" + get("image.tag");
    }

    String pullPolicy() {
        return get("image.pullPolicy");
    }

    int replicas() {
        String replicas = get("replicas");
        if (!replicas.matches("[1-9][0-9]?")) {
            throw CliFault.usage("--set replicas: '" + replicas + "' (expected: 1 to 99)", "");
        }
        return Integer.parseInt(replicas);
    }

    String cpu() {
        return get("controlPlane.cpu");
    }

    String memory() {
        return get("controlPlane.memory");
    }

    String memoryLimit() {
        return get("controlPlane.memoryLimit");
    }

    String proxyCpu() {
        return get("proxy.cpu");
    }

    String proxyMemory() {
        return get("proxy.memory");
    }

    String proxyCpuLimit() {
        return get("proxy.cpuLimit");
    }

    String proxyMemoryLimit() {
        return get("proxy.memoryLimit");
    }
}
