{{- /* What the injector reads, of which the pods' checksum is made. */ -}}
{{- define "serin.injectorValues" -}}
{{ if .Values.image.hub }}{"image":"{{ .Values.image.hub }}/serin-proxy:{{ .Values.image.tag }}","imagePullPolicy":"{{ .Values.image.pullPolicy }}","resources":{"requests":{"cpu":"{{ .Values.proxy.cpu }}","memory":"{{ .Values.proxy.memory }}"},"limits":{"cpu":"{{ .Values.proxy.cpuLimit }}","memory":"{{ .Values.proxy.memoryLimit }}"}}}{{ else }}{"image":"serin-proxy:{{ .Values.image.tag }}","imagePullPolicy":"{{ .Values.image.pullPolicy }}","resources":{"requests":{"cpu":"{{ .Values.proxy.cpu }}","memory":"{{ .Values.proxy.memory }}"},"limits":{"cpu":"{{ .Values.proxy.cpuLimit }}","memory":"{{ .Values.proxy.memoryLimit }}"}}}{{ end }}
{{- end -}}
