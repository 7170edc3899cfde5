// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

/**
 * The application's page of metrics.
 *
 * @param port the application's port
 * @param path with its query, as it goes on the wire
 */
public record AppMetrics(int port, String path) {}
