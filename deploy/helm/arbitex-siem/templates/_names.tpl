{{- define "arbitex-siem.name" -}}
{{- $name := ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) -}}
{{- /* A StatefulSet's pods have a number behind it, and a label with a hash: 63 letters in all. */ -}}
{{- $name | trunc 44 | trimSuffix "-" -}}
{{- end }}

{{- define "arbitex-siem.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "arbitex-siem.labels" -}}
{{ include "arbitex-siem.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
