// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.application;

/**
 * How much of a body is taken.
 *
 * @param cut whether the rest is left out; otherwise more than that is an error
 */
record BodyLimit(int bytes, boolean cut) {}
