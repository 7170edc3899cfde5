// SPDX-License-Identifier: Apache-2.0
/** The Kubernetes API server asks, here is the answer: admission.k8s.io over HTTP. */
@NullMarked
package io.serin.injector.webhook;

import org.jspecify.annotations.NullMarked;
