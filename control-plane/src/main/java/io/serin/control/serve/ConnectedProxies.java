// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

/**
 * Every proxy that is connected, and what it holds. Written by the verticle, read from any thread.
 */
public final class ConnectedProxies {}
