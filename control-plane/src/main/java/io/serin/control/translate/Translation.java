// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

/** What a proxy is told of an index. */
public final class Translation {
    private Translation() {}
}
