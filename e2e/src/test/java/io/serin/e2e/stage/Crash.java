// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import io.serin.e2e.cluster.Program;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kills a process of a pod with SIGKILL, as the kernel's out-of-memory killer would: from the node,
 * since a container's first process takes no such signal from within. A node of local-cluster is
 * this very machine.
 */
public final class Crash {

    private static final String LOCAL = "local";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private Crash() {}

    /**
     * Kills, and returns when it has.
     *
     * @param program what the process's command line holds
     */
    public static void kill(Kubectl kubectl, String namespace, String pod, String program) {
        String uid =
                kubectl.run(
                        "get pod %s -n %s -o jsonpath={.metadata.uid}".formatted(pod, namespace));
        String node =
                kubectl.run(
                        "get pod %s -n %s -o jsonpath={.spec.nodeName}".formatted(pod, namespace));
        if (node.equals(LOCAL)) {
            killHere(pod, program);
            return;
        }
        String name = "crash-" + COUNT.incrementAndGet();
        kubectl.attemptApply(killer(name, node, uid, program), "-n", namespace).orFail();
        kubectl.run(
                "wait pod/%s -n %s --for=jsonpath={.status.phase}=Succeeded --timeout=30s"
                        .formatted(name, namespace));
        kubectl.run("delete pod %s -n %s --wait=false".formatted(name, namespace));
    }

    /** A pod's processes are known by its host name. */
    private static void killHere(String pod, String program) {
        String script =
                """
                for process in /proc/[0-9]*; do
                  pid=${process#/proc/}
                  if [[ $(readlink "$process/exe") == */java ]] \\
                      && tr '\\0' ' ' < "$process/cmdline" | grep -q -e "$PROGRAM" \\
                      && [[ $(nsenter --target "$pid" --uts hostname) == "$POD" ]]; then
                    kill -9 "$pid" && found=yes
                  fi
                done
                [[ ${found:-} == yes ]]
                """;
        var _ =
                Program.run(
                                Map.of("POD", pod, "PROGRAM", program),
                                "",
                                List.of("bash", "-c", script))
                        .orFail();
    }

    private static String killer(String name, String node, String uid, String program) {
        return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: {sidecar.istio.io/inject: "false"}
        spec:
          nodeName: %s
          hostPID: true
          restartPolicy: Never
          containers:
            - name: crash
              image: serin-workload:0.1.0
              securityContext: {runAsUser: 0, privileged: true}
              env:
                - {name: POD_UID, value: "%s"}
                - {name: PROGRAM, value: "%s"}
              command:
                - bash
                - -c
                - |
                  # The kernel writes a pod's uid with dashes or with underscores.
                  for process in /proc/[0-9]*; do
                    if grep -qs -e "$POD_UID" -e "${POD_UID//-/_}" "$process/cgroup" \\
                        && tr '\\0' ' ' < "$process/cmdline" | grep -q -e "$PROGRAM"; then
                      kill -9 "${process#/proc/}" && found=yes
                    fi
                  done
                  [[ ${found:-} == yes ]]
        """
                .formatted(name, node, uid, program);
    }
}
