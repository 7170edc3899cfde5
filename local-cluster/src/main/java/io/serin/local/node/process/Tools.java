// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The host's programs that the node calls, each by the package that brings it. */
public final class Tools {

    private static final List<String> FOLDERS =
            List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

    public static final String SHELL = find("sh", "dash");
    public static final String UNSHARE = find("unshare", "util-linux");
    public static final String NSENTER = find("nsenter", "util-linux");
    public static final String SETPRIV = find("setpriv", "util-linux");
    public static final String MOUNT = find("mount", "mount");
    public static final String UMOUNT = find("umount", "mount");
    public static final String PIVOT_ROOT = find("pivot_root", "util-linux");
    public static final String ENV = find("env", "coreutils");
    public static final String SLEEP = find("sleep", "coreutils");
    public static final String CHOWN = find("chown", "coreutils");
    public static final String IP = find("ip", "iproute2");

    private Tools() {}

    private static String find(String program, String debianPackage) {
        for (String folder : FOLDERS) {
            Path path = Path.of(folder, program);
            if (Files.isExecutable(path)) {
                return path.toString();
            }
        }
        throw new IllegalStateException(
                "there is no %s in %s: install the package %s"
                        .formatted(program, FOLDERS, debianPackage));
    }
}
