// SPDX-License-Identifier: Apache-2.0
/** What an injection changed, as RFC 6902 JSON Patch. */
@NullMarked
package io.serin.injector.patch;

import org.jspecify.annotations.NullMarked;
