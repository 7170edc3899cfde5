// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import io.serin.injector.template.TreeTemplate;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Key {@code config} of the injector's ConfigMap, as an installation writes it. Pure. */
public final class ConfigText {

    /** Below it, and last, the shipped template. */
    private static final String TEMPLATES = "\ntemplates:\n";

    private static final String SHIPPED_TEMPLATE = "sidecar";

    private ConfigText() {}

    /**
     * The shipped text, with what an installation says in it. {@link InjectorConfig#parse} tells
     * whether it can be used.
     *
     * @param fields by name, each a line of YAML, e.g. {@code policy} and {@code enabled}; what is
     *     not named stays as it is shipped
     * @param templates by name, each a line of JSON; {@code sidecar} takes the place of the shipped
     *     one
     */
    public static String of(Map<String, String> fields, Map<String, String> templates) {
        String shipped = InjectorConfig.shippedConfig();
        String head = shipped.substring(0, shipped.length() - shippedTemplate().length());
        for (Map.Entry<String, String> field : fields.entrySet()) {
            head =
                    Pattern.compile("^" + field.getKey() + ": .*$", Pattern.MULTILINE)
                            .matcher(head)
                            .replaceFirst(
                                    Matcher.quoteReplacement(
                                            field.getKey() + ": " + field.getValue()));
        }
        StringBuilder text = new StringBuilder(head);
        if (!templates.containsKey(SHIPPED_TEMPLATE)) {
            text.append(shippedTemplate());
        }
        templates.forEach((name, template) ->
                text.append("  ")
                        .append(TreeTemplate.tree(name))
                        .append(": ")
                        .append(template)
                        .append('\n'));
        return text.toString();
    }

    /** The lines of the shipped template, its name among them. */
    public static String shippedTemplate() {
        String shipped = InjectorConfig.shippedConfig();
        return shipped.substring(shipped.indexOf(TEMPLATES) + TEMPLATES.length());
    }
}
