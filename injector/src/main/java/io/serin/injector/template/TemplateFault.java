// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.template;

/** A template that can't be read or filled in; says which, where, and what was expected. */
public final class TemplateFault extends RuntimeException {

    public TemplateFault(String message) {
        super(message);
    }
}
