// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program. It expects to be the first process of a pid namespace, with network and mount
 * namespaces of its own, and says {@code up} on standard output when it can be used, or {@code
 * refused:} and why; the first line of that says what, those after it what to do. It ends when its
 * standard input does: whoever started it holds the other end, and the kernel lets go of that even
 * when they are killed. With it end all processes of its pid namespace, that is, all pods.
 */
public final class LocalClusterMain {

    private static final Logger LOG = LoggerFactory.getLogger(LocalClusterMain.class);

    private LocalClusterMain() {}

    public static void main(String[] arguments) {
        try {
            if (ProcessHandle.current().pid() != 1) {
                throw new Refusal(
                        "this program wants namespaces of its own: start it by serin local-cluster up");
            }
            Arguments told = Arguments.parse(arguments);
            Folder folder = Folder.take(told.folder(), told.starter());
            Assembly assembly = Assembly.start(folder, told);
            System.out.println("up");
            System.out.flush();
            awaitEndOfInput();
            assembly.close();
            System.exit(0);
        } catch (Refusal refused) {
            // Not to the log, which may be that of the cluster that runs already.
            System.out.println("refused: " + refused.getMessage());
            System.exit(1);
        } catch (Exception broken) {
            LOG.error("the cluster does not start", broken);
            System.exit(1);
        }
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is expected: only the end says something.
        }
    }
}
