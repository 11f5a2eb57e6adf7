import type { Variant } from "./resources.ts";
import { apiVersions, descriptions, roles, STREAM, streamColumns, TABLE, tableColumns } from "./resources.ts";

/** The same as the ARM template, in Bicep. */
export function bicep(variant: Variant): string {
  return `${[
    `metadata description = '${descriptions.template}'`,
    parameter("workspaceName string", descriptions.workspaceName),
    parameter("location string", descriptions.location),
    parameter("ruleName string = 'arbitex-audit'", descriptions.ruleName),
    parameter("principalId string", descriptions.principalId),
    parameter("mayReadRule bool = false", descriptions.mayReadRule),
    table(),
    ...(variant === "endpoint" ? [endpoint()] : []),
    rule(variant),
    role("publisher", roles.monitoringMetricsPublisher),
    role("reader", roles.reader, "if (mayReadRule) "),
    outputs(variant),
  ].join("\n\n")}\n`;
}

function parameter(declaration: string, description: string): string {
  return `@description('${description}')\nparam ${declaration}`;
}

function table(): string {
  return `resource workspace 'Microsoft.OperationalInsights/workspaces@${apiVersions.table}' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@${apiVersions.table}' = {
  parent: workspace
  name: '${TABLE}'
  properties: {
    plan: 'Analytics'
    schema: {
      name: '${TABLE}'
      columns: [
${columns(tableColumns(), 8)}
      ]
    }
  }
}`;
}

function endpoint(): string {
  return `resource endpoint 'Microsoft.Insights/dataCollectionEndpoints@${apiVersions.endpoint}' = {
  name: ruleName
  location: location
  properties: {
    networkAcls: {
      publicNetworkAccess: 'Enabled'
    }
  }
}`;
}

function rule(variant: Variant): string {
  return `resource rule 'Microsoft.Insights/dataCollectionRules@${apiVersions.rule}' = {
  name: ruleName
  location: location${variant === "direct" ? "\n  kind: 'Direct'" : ""}
  dependsOn: [
    table
  ]
  properties: {${variant === "endpoint" ? "\n    dataCollectionEndpointId: endpoint.id" : ""}
    streamDeclarations: {
      '${STREAM}': {
        columns: [
${columns(streamColumns(), 10)}
        ]
      }
    }
    destinations: {
      logAnalytics: [
        {
          workspaceResourceId: workspace.id
          name: 'workspace'
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          '${STREAM}'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-${TABLE}'
      }
    ]
  }
}`;
}

function role(name: string, id: string, condition = ""): string {
  return `resource ${name} 'Microsoft.Authorization/roleAssignments@${apiVersions.role}' = ${condition}{
  scope: rule
  name: guid(rule.id, principalId, '${id}')
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${id}')
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}`;
}

function outputs(variant: Variant): string {
  const address =
    variant === "direct" ? "rule.properties.endpoints.logsIngestion" : "endpoint.properties.logsIngestion.endpoint";
  return [
    `output endpoint string = ${address}`,
    "output dcr_immutable_id string = rule.properties.immutableId",
    `output stream_name string = '${STREAM}'`,
  ].join("\n");
}

function columns(list: readonly { name: string; type: string }[], indent: number): string {
  return list.map(({ name, type }) => `${" ".repeat(indent)}{ name: '${name}', type: '${type}' }`).join("\n");
}
