// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.template;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as Kubernetes reads it, which is YAML 1.1 without dates and base 60: {@code 0644} is octal,
 * {@code on} is true, anchors and {@code <<} work, a field given twice is an error.
 */
final class Yaml {

    /** Manifests are large, custom resource definitions above all. */
    private static final int MOST_CHARACTERS = 32 * 1024 * 1024;

    static final int MOST_DEPTH = 200;

    private static final ObjectMapper WRITER =
            new ObjectMapper(
                    YAMLFactory.builder()
                            .disable(YAMLGenerator.Feature.SPLIT_LINES)
                            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                            .stringQuotingChecker(new QuoteAllButWords())
                            .build());

    private Yaml() {}

    /** All documents; empty ones are left out. */
    static List<JsonNode> parse(String text) {
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (Object document : reader().loadAll(text)) {
                if (document != null) {
                    documents.add(new TreeBuilder(text.length()).tree(document));
                }
            }
        } catch (YAMLException | IllegalArgumentException broken) {
            throw new TemplateFault("not YAML: " + broken.getMessage());
        }
        return documents;
    }

    static String write(List<? extends JsonNode> documents) {
        StringBuilder text = new StringBuilder();
        try {
            for (JsonNode document : documents) {
                text.append(WRITER.writeValueAsString(document));
            }
        } catch (JacksonException impossible) {
            throw new IllegalStateException(impossible);
        }
        return text.toString();
    }

    /** A new one each time: it holds the state of one reading. */
    private static org.yaml.snakeyaml.Yaml reader() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setNestingDepthLimit(MOST_DEPTH);
        DumperOptions unused = new DumperOptions();
        return new org.yaml.snakeyaml.Yaml(
                new SafeConstructor(options),
                new Representer(unused),
                unused,
                options,
                new KubernetesScalars());
    }

    /** What an unquoted scalar is. */
    private static final class KubernetesScalars extends Resolver {

        private static final Pattern INTEGER =
                Pattern.compile("[-+]?(?:0b[0-1_]+|0[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)");
        private static final Pattern REAL =
                Pattern.compile(
                        "[-+]?(?:[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))"
                                + "(?:[eE][-+]?[0-9]+)?");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO", 10);
            addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, REAL, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<", 10);
            addImplicitResolver(Tag.NULL, NULL, "~nN\0", 10);
            addImplicitResolver(Tag.NULL, EMPTY, "\0", 10);
        }
    }

    /**
     * Readers differ in what they take for a number, a date or a truth value; text in quotes is
     * text to all of them.
     */
    private static final class QuoteAllButWords extends StringQuotingChecker.Default {

        private static final Pattern WORDS =
                Pattern.compile("[A-Za-z/](?:[A-Za-z0-9_./@=-]|:(?=[^ ])|[ ,](?=[A-Za-z0-9/]))*");

        @Override
        public boolean needToQuoteValue(String value) {
            return !WORDS.matcher(value).matches() || super.needToQuoteValue(value);
        }
    }
}
