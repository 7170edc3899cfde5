// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.render;

/** How an answer is written. */
public enum Format {
    table,
    json,
    yaml
}
