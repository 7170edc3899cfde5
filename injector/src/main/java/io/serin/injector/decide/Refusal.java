// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

/**
 * A pod that can't be injected as it asks to be. Its message becomes the API server's answer to
 * whoever makes the pod.
 */
public final class Refusal extends RuntimeException {

    /** The longest value that is shown whole: people read this on a terminal. */
    private static final int MOST_SHOWN = 200;

    private final String field;
    private final String held;
    private final String expected;

    /**
     * @param field the place in the pod, e.g. {@code
     *     metadata.annotations[sidecar.istio.io/proxyCPU]}
     * @param held what it held
     * @param expected what it may hold
     */
    public Refusal(String field, String held, String expected) {
        super(field + ": '" + shown(held) + "' (expected: " + expected + ")");
        this.field = field;
        this.held = held;
        this.expected = expected;
    }

    /** Of an annotation. */
    public static Refusal annotation(String name, String held, String expected) {
        return new Refusal("metadata.annotations[" + name + "]", held, expected);
    }

    /** The same, with the place in what the pod is a part of before it. */
    public Refusal in(String place) {
        return new Refusal(place + field, held, expected);
    }

    public String field() {
        return field;
    }

    public String held() {
        return held;
    }

    public String expected() {
        return expected;
    }

    private static String shown(String held) {
        return held.length() <= MOST_SHOWN ? held : held.substring(0, MOST_SHOWN) + "…";
    }
}
