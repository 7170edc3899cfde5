// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.template;

/** A template that can't be read or filled in; says which, where, and what was expected. */
public final class TemplateFault extends RuntimeException {

    private final String what;

    public TemplateFault(String message) {
        super(message);
        what = message;
    }

    /**
     * Of a text that people know by a name.
     *
     * @param text its name, e.g. {@code config}
     * @param what the place in it, what that held, and what was expected
     */
    public TemplateFault(String text, String what) {
        super(text + ", " + what);
        this.what = what;
    }

    /** The message without the text's name, for who knows the text by another. */
    public String what() {
        return what;
    }
}
