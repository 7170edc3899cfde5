// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.name.Revision;
import io.serin.injector.Injector;
import io.serin.injector.InjectorConfig;
import io.serin.injector.template.TemplateFault;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What holds for one installation: the defaults, and over them what was set. Immutable. */
public final class InstallValues {

    private static final String REMEDY = "values and what they may hold: serin install --help";

    private final Map<InstallValue, Object> values;

    InstallValues(Map<InstallValue, Object> values) {
        this.values = new EnumMap<>(values);
    }

    /**
     * One thing that was set.
     *
     * @param where for messages: {@code --set}, or a file and its line
     */
    record Setting(String where, String key, String value) {}

    /**
     * Lays what {@code --set} says over the defaults.
     *
     * @throws CliFault naming a key that is not known, or a value that can't be
     */
    public static InstallValues of(Map<String, String> settings) {
        return of(List.of(), settings);
    }

    /**
     * Lays files over the defaults, a later one over an earlier, and over them what {@code --set}
     * says.
     *
     * @throws CliFault naming place and key of what is not known, or can't be
     */
    public static InstallValues of(List<Path> files, Map<String, String> settings) {
        List<Setting> all = new ArrayList<>();
        files.forEach(file -> all.addAll(ValuesFile.read(file)));
        settings.forEach((key, value) -> all.add(new Setting("--set", key, value)));
        return laid(all);
    }

    static InstallValues laid(List<Setting> settings) {
        Map<InstallValue, Object> values = new EnumMap<>(InstallValue.class);
        for (InstallValue value : InstallValue.values()) {
            values.put(value, value.check().typed(value.byDefault()));
        }
        Map<InstallValue, String> places = new EnumMap<>(InstallValue.class);
        for (Setting setting : settings) {
            InstallValue value = InstallValue.of(setting.key()).orElseThrow(() -> unknown(setting));
            if (!value.check().allows(setting.value())) {
                throw wrong(
                        setting.where() + ": " + setting.key(), setting.value(), value.expected());
            }
            values.put(value, value.check().typed(setting.value()));
            places.put(value, setting.where());
        }
        InstallValues result = new InstallValues(values);
        result.checkTogether();
        result.checkInjector(places);
        return result;
    }

    private static CliFault unknown(Setting setting) {
        if (InstallValue.isSection(setting.key())) {
            return wrong(
                    setting.where() + ": " + setting.key(),
                    setting.value(),
                    "a section with "
                            + InstallValue.keys().stream()
                                    .filter(key -> key.startsWith(setting.key() + "."))
                                    .toList());
        }
        return new CliFault(
                setting.where().startsWith("--") ? ExitCode.USAGE : ExitCode.BAD_DATA,
                setting.where()
                        + ": "
                        + setting.key()
                        + ": there is no such value"
                        + Nearest.of(setting.key(), InstallValue.keys())
                                .map(nearest -> "; did you mean " + nearest + "?")
                                .orElse(
                                        " (expected: one of "
                                                + String.join(", ", InstallValue.keys())
                                                + ")"),
                REMEDY);
    }

    private static CliFault wrong(String what, Object value, String expected) {
        return CliFault.usage(what + ": '" + value + "' (expected: " + expected + ")", REMEDY);
    }

    /** What no value can tell for itself. */
    private void checkTogether() {
        if (isAutoscaled()) {
            if (number(InstallValue.AUTOSCALE_MIN) > number(InstallValue.AUTOSCALE_MAX)) {
                throw wrong(
                        InstallValue.AUTOSCALE_MIN.key(),
                        number(InstallValue.AUTOSCALE_MIN),
                        "at most autoscale.max, which is " + number(InstallValue.AUTOSCALE_MAX));
            }
            if (number(InstallValue.REPLICAS) != 1) {
                throw wrong(
                        InstallValue.REPLICAS.key(),
                        number(InstallValue.REPLICAS),
                        "not set beside autoscale.max, for the autoscaler decides; its least is"
                                + " autoscale.min");
            }
        }
        checkLimit(InstallValue.CONTROL_PLANE_MEMORY, InstallValue.CONTROL_PLANE_MEMORY_LIMIT);
        checkLimit(InstallValue.PROXY_CPU, InstallValue.PROXY_CPU_LIMIT);
        checkLimit(InstallValue.PROXY_MEMORY, InstallValue.PROXY_MEMORY_LIMIT);
    }

    /**
     * What the injector would not take: it is tried as a control plane tries it.
     *
     * @param places where values were set
     */
    private void checkInjector(Map<InstallValue, String> places) {
        try {
            var _ =
                    new Injector(
                            InjectorConfig.parse(
                                    Revision.DEFAULT,
                                    Manifests.injectorConfig(this),
                                    Manifests.injectorValues(this)));
        } catch (TemplateFault wrong) {
            InstallValue value =
                    InstallValue.ofInjector().stream()
                            .filter(it -> wrong.what().startsWith(it.field()))
                            .findFirst()
                            .orElseThrow(() -> wrong);
            String section =
                    value.key().substring(0, value.key().length() - value.field().length());
            throw CliFault.usage(places.get(value) + ": " + section + wrong.what(), REMEDY);
        }
    }

    private void checkLimit(InstallValue request, InstallValue limit) {
        if (amount(text(request)).compareTo(amount(text(limit))) > 0) {
            throw wrong(
                    request.key(),
                    text(request),
                    "at most " + limit.key() + ", which is " + text(limit));
        }
    }

    private static BigDecimal amount(String quantity) {
        String number = quantity.replaceAll("[A-Za-z]+", "");
        String unit = quantity.substring(number.length());
        BigDecimal factor =
                switch (unit) {
                    case "m" -> new BigDecimal("0.001");
                    case "k" -> BigDecimal.TEN.pow(3);
                    case "M" -> BigDecimal.TEN.pow(6);
                    case "G" -> BigDecimal.TEN.pow(9);
                    case "T" -> BigDecimal.TEN.pow(12);
                    case "Ki" -> BigDecimal.TWO.pow(10);
                    case "Mi" -> BigDecimal.TWO.pow(20);
                    case "Gi" -> BigDecimal.TWO.pow(30);
                    case "Ti" -> BigDecimal.TWO.pow(40);
                    default -> BigDecimal.ONE;
                };
        return new BigDecimal(number).multiply(factor);
    }

    /**
     * What holds only of some revisions.
     *
     * @throws CliFault naming the value that this revision can't have
     */
    void checkFor(Revision revision) {
        if (isEverywhere() && !revision.isDefault()) {
            throw wrong(
                    InstallValue.ENABLE_NAMESPACES_BY_DEFAULT.key(),
                    true,
                    "false, for the revision is "
                            + revision
                            + "; pods without a label are those of revision default");
        }
    }

    /** As it stands in an object: text, a number or a truth. */
    Object get(InstallValue value) {
        return java.util.Objects.requireNonNull(values.get(value), value.key());
    }

    private int number(InstallValue value) {
        return (Integer) get(value);
    }

    private String text(InstallValue value) {
        return (String) get(value);
    }

    String image(String name) {
        String hub = text(InstallValue.IMAGE_HUB);
        return (hub.isEmpty() ? "" : hub + "/") + name + ":" + text(InstallValue.IMAGE_TAG);
    }

    List<String> imagePullSecrets() {
        return ((List<?>) get(InstallValue.IMAGE_PULL_SECRETS))
                .stream().map(String::valueOf).toList();
    }

    String seccompProfile() {
        return text(InstallValue.PROXY_SECCOMP_PROFILE);
    }

    JsonNode tree(InstallValue value) {
        return (JsonNode) get(value);
    }

    boolean isAutoscaled() {
        return number(InstallValue.AUTOSCALE_MAX) > 0;
    }

    /** Whether there can be more than one replica at a time. */
    boolean isSeveral() {
        return number(InstallValue.REPLICAS) > 1 || number(InstallValue.AUTOSCALE_MAX) > 1;
    }

    /** Whether pods that no label speaks of are injected too. */
    boolean isEverywhere() {
        return (Boolean) get(InstallValue.ENABLE_NAMESPACES_BY_DEFAULT);
    }

    /** Whether an agent on each node redirects the traffic of pods. */
    boolean hasNodeAgent() {
        return (Boolean) get(InstallValue.CNI_ENABLED);
    }

    /** Whether the revision is of a channel. */
    boolean isOfChannel() {
        return !text(InstallValue.CHANNEL).equals(InstallValue.CHANNEL.byDefault());
    }
}
