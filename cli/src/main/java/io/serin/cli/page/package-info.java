// SPDX-License-Identifier: Apache-2.0
/**
 * The demo's live page: the events of {@code demo.event} come in, a browser draws them. {@link
 * io.serin.cli.page.DemoPage} is what the command opens; {@code Journal} holds what a late browser
 * has to be told, {@code PageServer} sends it, the page itself is the resource {@code
 * page/demo.html}.
 */
@NullMarked
package io.serin.cli.page;

import org.jspecify.annotations.NullMarked;
