// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.kube.type.MarkedNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is written down on a namespace about the move of its workloads, before anything moves: in
 * annotation {@value #ROLLOUT}, as JSON.
 *
 * @param step one for all namespaces that moved by one command; later ones are greater
 * @param from the revision that its labels before meant, or its pods were on where the labels
 *     stayed; empty for none, and where the way back does not depend on it
 * @param to the revision that its pods are to be on; empty for none
 * @param notHealthyBefore workloads that were not before anything moved
 * @param done workloads that were seen to be well after their restart
 * @param reason why it stopped; else empty
 */
public record Written(
        Verb verb,
        String step,
        String from,
        String to,
        String started,
        Phase phase,
        List<String> notHealthyBefore,
        List<String> done,
        String reason) {

    /** Annotation of a namespace: this record. */
    public static final String ROLLOUT = "serin.io/rollout";

    /** Annotation of a namespace: its labels as they were, as JSON. */
    public static final String PREVIOUS = "serin.io/previous-revision";

    /** Annotation of a pod template: what last had its pods replaced. */
    public static final String MARK = "serin.io/rollout";

    // What a later version has written besides is not in the way.
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    public enum Verb {
        UPGRADE,
        ROLLBACK
    }

    public enum Phase {
        RUNNING,
        STOPPED,
        DONE
    }

    public Written {
        // An earlier version has not written it.
        from = Objects.requireNonNullElse(from, "");
        notHealthyBefore = List.copyOf(notHealthyBefore);
        done = List.copyOf(done);
    }

    /** Of a namespace; empty when nothing is written, or nothing that can be read. */
    public static Optional<Written> of(MarkedNamespace namespace) {
        return Optional.ofNullable(namespace.annotations().get(ROLLOUT)).flatMap(Written::parse);
    }

    private static Optional<Written> parse(String text) {
        try {
            return Optional.ofNullable(JSON.readValue(text, Written.class));
        } catch (JsonProcessingException | IllegalArgumentException byHand) {
            return Optional.empty();
        }
    }

    /** The labels that a namespace had before its last step. */
    public static Optional<Binding> previous(MarkedNamespace namespace) {
        String text = namespace.annotations().get(PREVIOUS);
        if (text == null) {
            return Optional.empty();
        }
        try {
            Map<String, String> labels =
                    JSON.readValue(
                            text,
                            JSON.getTypeFactory()
                                    .constructMapType(Map.class, String.class, String.class));
            return Optional.of(new Binding(labels));
        } catch (JsonProcessingException byHand) {
            return Optional.empty();
        }
    }

    /** The value of {@link #PREVIOUS}. */
    static String previous(Binding binding) {
        return json(binding.labels());
    }

    /** The value of {@link #ROLLOUT}. */
    public String json() {
        return json(this);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The value of {@link #MARK} in the templates of this step. */
    public String mark() {
        return verb == Verb.UPGRADE ? step : step + ".back";
    }

    @JsonIgnore
    public boolean isFinished() {
        return phase == Phase.DONE;
    }

    public Written stopped(String why) {
        return in(Phase.STOPPED, done, why);
    }

    Written running() {
        return in(Phase.RUNNING, done, "");
    }

    public Written finished() {
        return in(Phase.DONE, done, "");
    }

    public Written with(List<String> more) {
        List<String> all = new ArrayList<>(done);
        more.stream().filter(name -> !all.contains(name)).forEach(all::add);
        return in(phase, all, reason);
    }

    private Written in(Phase next, List<String> well, String why) {
        return new Written(verb, step, from, to, started, next, notHealthyBefore, well, why);
    }
}
