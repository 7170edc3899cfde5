// SPDX-License-Identifier: Apache-2.0
/**
 * The agent's own calls to the pod's application, for the kubelet and for Prometheus: {@link
 * io.serin.proxy.application.Application} makes them. Beside the request path; one connection for
 * each call, on the event loop that serves the pages.
 */
@NullMarked
package io.serin.proxy.application;

import org.jspecify.annotations.NullMarked;
