// SPDX-License-Identifier: Apache-2.0
/**
 * What people, probes and Prometheus ask the proxy. {@link io.serin.proxy.admin.AdminPages} says
 * which page is at which port and for whom; {@link io.serin.proxy.admin.AdminServer} serves the
 * pages of one port. Beside the request path, which it only reads. What the application has to say
 * itself, its probes and its metrics, comes by {@link io.serin.proxy.application.Application}.
 */
@NullMarked
package io.serin.proxy.admin;

import org.jspecify.annotations.NullMarked;
