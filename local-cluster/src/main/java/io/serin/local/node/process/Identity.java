// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * As whom a process runs, and what it may do.
 *
 * @param groups beside {@code group}
 * @param capabilities that it can have at most; a user other than root has none of them in effect
 * @param canGainPrivileges whether set-user-id programs work
 */
public record Identity(
        int user,
        int group,
        Set<Integer> groups,
        Set<String> capabilities,
        boolean canGainPrivileges) {

    /** What containers have unless they drop it: those of containerd and Docker. */
    private static final Set<String> USUAL =
            Set.of(
                    "chown",
                    "dac_override",
                    "fsetid",
                    "fowner",
                    "mknod",
                    "net_raw",
                    "setgid",
                    "setuid",
                    "setfcap",
                    "setpcap",
                    "net_bind_service",
                    "sys_chroot",
                    "kill",
                    "audit_write");

    public Identity {
        groups = Set.copyOf(groups);
        capabilities = Set.copyOf(capabilities);
    }

    /** The usual ones less {@code drop} plus {@code add}; {@code ALL} stands for each. */
    public static Set<String> capabilities(List<String> add, List<String> drop) {
        Set<String> held = new TreeSet<>(USUAL);
        for (String name : drop) {
            if (name.equalsIgnoreCase("ALL")) {
                held.clear();
            } else {
                held.remove(plain(name));
            }
        }
        add.forEach(name -> held.add(plain(name)));
        return held;
    }

    private static String plain(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        return plain.startsWith("cap_") ? plain.substring(4) : plain;
    }

    /** The words that put a command under it. */
    List<String> command() {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                Tools.SETPRIV,
                                "--reuid",
                                Integer.toString(user),
                                "--regid",
                                Integer.toString(group),
                                "--inh-caps",
                                "-all",
                                "--bounding-set",
                                bounding()));
        if (groups.isEmpty()) {
            words.add("--clear-groups");
        } else {
            words.add("--groups");
            words.add(groups.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        if (!canGainPrivileges) {
            words.add("--no-new-privs");
        }
        words.add("--");
        return words;
    }

    private String bounding() {
        if (capabilities.contains("all")) {
            return "+all";
        }
        return capabilities.stream()
                .sorted()
                .map(name -> ",+" + name)
                .collect(Collectors.joining("", "-all", ""));
    }
}
