// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

/** A pod that can't be injected as it asks to be; the message becomes the API server's answer. */
public final class Refusal extends RuntimeException {

    /**
     * @param field the place in the pod, e.g. {@code
     *     metadata.annotations[sidecar.istio.io/proxyCPU]}
     * @param held what it held
     * @param expected what it may hold
     */
    public Refusal(String field, String held, String expected) {
        super(field + ": '" + held + "' (expected: " + expected + ")");
    }

    /** Of an annotation. */
    public static Refusal annotation(String name, String held, String expected) {
        return new Refusal("metadata.annotations[" + name + "]", held, expected);
    }
}
