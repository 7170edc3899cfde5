// SPDX-License-Identifier: Apache-2.0
/** The API over HTTPS: verbs, watches, subresources, tables for kubectl. */
@NullMarked
package io.serin.local.serve;

import org.jspecify.annotations.NullMarked;
