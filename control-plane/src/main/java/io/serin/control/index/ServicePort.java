// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.name.ServiceName;

/** One port of a Service, by the Service's own number. */
public record ServicePort(ServiceName service, int port) {}
