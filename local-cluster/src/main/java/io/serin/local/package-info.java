// SPDX-License-Identifier: Apache-2.0
/**
 * A small Kubernetes API and one node in one process, for the demo and the stories where no cluster
 * is. Never for production. {@code api} is what the parts say to one another; {@code serve} and
 * what stands behind it is the API server; {@code control}, {@code route} and {@code dns} are what
 * runs on it; {@code node} runs pods; {@code main} puts all together.
 */
@NullMarked
package io.serin.local;

import org.jspecify.annotations.NullMarked;
