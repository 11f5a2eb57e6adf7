import type { Variant } from "./resources.ts";
import { apiVersions, descriptions, roles, STREAM, streamColumns, TABLE, tableColumns } from "./resources.ts";

const RULE = "resourceId('Microsoft.Insights/dataCollectionRules', parameters('ruleName'))";
const ENDPOINT = "resourceId('Microsoft.Insights/dataCollectionEndpoints', parameters('ruleName'))";
const WORKSPACE = "resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspaceName'))";
const TABLE_ID = `resourceId('Microsoft.OperationalInsights/workspaces/tables', parameters('workspaceName'), '${TABLE}')`;

/** An ARM template as text. */
export function armTemplate(variant: Variant): string {
  const template = {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    metadata: { description: descriptions.template },
    parameters: {
      workspaceName: parameter("string", descriptions.workspaceName),
      location: parameter("string", descriptions.location),
      ruleName: parameter("string", descriptions.ruleName, "arbitex-audit"),
      principalId: parameter("string", descriptions.principalId),
      mayReadRule: parameter("bool", descriptions.mayReadRule, false),
    },
    resources: [
      table(),
      ...(variant === "endpoint" ? [endpoint()] : []),
      rule(variant),
      role(roles.monitoringMetricsPublisher),
      { condition: "[parameters('mayReadRule')]", ...role(roles.reader) },
    ],
    outputs: {
      endpoint: output(
        variant === "direct"
          ? `[reference(${RULE}, '${apiVersions.rule}').endpoints.logsIngestion]`
          : `[reference(${ENDPOINT}, '${apiVersions.endpoint}').logsIngestion.endpoint]`,
      ),
      dcr_immutable_id: output(`[reference(${RULE}, '${apiVersions.rule}').immutableId]`),
      stream_name: output(STREAM),
    },
  };
  return `${compact(JSON.stringify(template, null, 2))}\n`;
}

/** Columns and lists of one member on a line of their own. */
function compact(json: string): string {
  return json
    .replaceAll(/\{\s+("name": "\w+"),\s+("type": "\w+")\s+\}/g, "{ $1, $2 }")
    .replaceAll(/^( +"\w+": \[)\s+("[^"]*")\s+(\],?)$/gm, (whole, open: string, member: string, close: string) => {
      const line = `${open}${member}${close}`;
      return line.length <= 120 ? line : whole;
    });
}

function table(): object {
  return {
    type: "Microsoft.OperationalInsights/workspaces/tables",
    apiVersion: apiVersions.table,
    name: `[format('{0}/${TABLE}', parameters('workspaceName'))]`,
    properties: { plan: "Analytics", schema: { name: TABLE, columns: tableColumns() } },
  };
}

function endpoint(): object {
  return {
    type: "Microsoft.Insights/dataCollectionEndpoints",
    apiVersion: apiVersions.endpoint,
    name: "[parameters('ruleName')]",
    location: "[parameters('location')]",
    properties: { networkAcls: { publicNetworkAccess: "Enabled" } },
  };
}

function rule(variant: Variant): object {
  return {
    type: "Microsoft.Insights/dataCollectionRules",
    apiVersion: apiVersions.rule,
    name: "[parameters('ruleName')]",
    location: "[parameters('location')]",
    ...(variant === "direct" && { kind: "Direct" }),
    dependsOn: [`[${TABLE_ID}]`, ...(variant === "endpoint" ? [`[${ENDPOINT}]`] : [])],
    properties: {
      ...(variant === "endpoint" && { dataCollectionEndpointId: `[${ENDPOINT}]` }),
      streamDeclarations: { [STREAM]: { columns: streamColumns() } },
      destinations: { logAnalytics: [{ workspaceResourceId: `[${WORKSPACE}]`, name: "workspace" }] },
      dataFlows: [
        { streams: [STREAM], destinations: ["workspace"], transformKql: "source", outputStream: `Custom-${TABLE}` },
      ],
    },
  };
}

function role(id: string): object {
  return {
    type: "Microsoft.Authorization/roleAssignments",
    apiVersion: apiVersions.role,
    scope: `[${RULE}]`,
    name: `[guid(${RULE}, parameters('principalId'), '${id}')]`,
    dependsOn: [`[${RULE}]`],
    properties: {
      roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${id}')]`,
      principalId: "[parameters('principalId')]",
      principalType: "ServicePrincipal",
    },
  };
}

function parameter(type: string, description: string, defaultValue?: string | boolean): object {
  return { type, ...(defaultValue !== undefined && { defaultValue }), metadata: { description } };
}

function output(value: string): object {
  return { type: "string", value };
}
