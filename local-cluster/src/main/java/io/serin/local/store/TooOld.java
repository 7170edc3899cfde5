// SPDX-License-Identifier: Apache-2.0
package io.serin.local.store;

/** The history does not reach back that far. */
public final class TooOld extends Exception {

    private final String explanation;

    TooOld(long asked, long oldest) {
        super(null, null, false, false);
        this.explanation = "too old resource version: " + asked + " (" + oldest + ")";
    }

    @Override
    public String getMessage() {
        return explanation;
    }
}
