metadata description = 'Table, data collection rule and role for the events of Arbitex in Microsoft Sentinel.'

@description('Log Analytics workspace of Sentinel, in this resource group.')
param workspaceName string

@description('Region of the workspace, which need not be that of its resource group: rule and endpoint must be in the same.')
param location string

@description('Name of the data collection rule.')
param ruleName string = 'arbitex-audit'

@description('Object id of the identity that sends: of the enterprise application, not of the app registration.')
param principalId string

@description('Also lets the identity read the rule, so that a check can compare the columns.')
param mayReadRule bool = false

resource workspace 'Microsoft.OperationalInsights/workspaces@2022-10-01' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2022-10-01' = {
  parent: workspace
  name: 'ArbitexAuditLogs_CL'
  properties: {
    plan: 'Analytics'
    schema: {
      name: 'ArbitexAuditLogs_CL'
      columns: [
        { name: 'TimeGenerated', type: 'dateTime' }
        { name: 'event_uid', type: 'string' }
        { name: 'actor_user_uid', type: 'string' }
        { name: 'actor_user_name', type: 'string' }
        { name: 'actor_user_email', type: 'string' }
        { name: 'actor_org_uid', type: 'string' }
        { name: 'src_ip', type: 'string' }
        { name: 'AdditionalFields', type: 'dynamic' }
        { name: 'time', type: 'long' }
        { name: 'type_uid', type: 'long' }
        { name: 'count', type: 'long' }
        { name: 'duration', type: 'long' }
        { name: 'end_time', type: 'long' }
        { name: 'start_time', type: 'long' }
        { name: 'action_id', type: 'int' }
        { name: 'activity_id', type: 'int' }
        { name: 'auth_protocol_id', type: 'int' }
        { name: 'category_uid', type: 'int' }
        { name: 'class_uid', type: 'int' }
        { name: 'confidence_id', type: 'int' }
        { name: 'confidence_score', type: 'int' }
        { name: 'disposition_id', type: 'int' }
        { name: 'impact_id', type: 'int' }
        { name: 'impact_score', type: 'int' }
        { name: 'logon_type_id', type: 'int' }
        { name: 'risk_level_id', type: 'int' }
        { name: 'risk_score', type: 'int' }
        { name: 'severity_id', type: 'int' }
        { name: 'state_id', type: 'int' }
        { name: 'status_id', type: 'int' }
        { name: 'timezone_offset', type: 'int' }
        { name: 'action', type: 'string' }
        { name: 'activity_name', type: 'string' }
        { name: 'auth_protocol', type: 'string' }
        { name: 'category_name', type: 'string' }
        { name: 'class_name', type: 'string' }
        { name: 'comment', type: 'string' }
        { name: 'confidence', type: 'string' }
        { name: 'disposition', type: 'string' }
        { name: 'impact', type: 'string' }
        { name: 'logon_type', type: 'string' }
        { name: 'message', type: 'string' }
        { name: 'raw_data', type: 'string' }
        { name: 'risk_level', type: 'string' }
        { name: 'severity', type: 'string' }
        { name: 'state', type: 'string' }
        { name: 'status', type: 'string' }
        { name: 'status_code', type: 'string' }
        { name: 'status_detail', type: 'string' }
        { name: 'type_name', type: 'string' }
        { name: 'is_cleartext', type: 'boolean' }
        { name: 'is_mfa', type: 'boolean' }
        { name: 'is_new_logon', type: 'boolean' }
        { name: 'is_remote', type: 'boolean' }
        { name: 'end_time_dt', type: 'dateTime' }
        { name: 'start_time_dt', type: 'dateTime' }
        { name: 'time_dt', type: 'dateTime' }
        { name: 'actor', type: 'dynamic' }
        { name: 'analytic', type: 'dynamic' }
        { name: 'api', type: 'dynamic' }
        { name: 'attacks', type: 'dynamic' }
        { name: 'authorizations', type: 'dynamic' }
        { name: 'certificate', type: 'dynamic' }
        { name: 'cis_csc', type: 'dynamic' }
        { name: 'cloud', type: 'dynamic' }
        { name: 'compliance', type: 'dynamic' }
        { name: 'data_sources', type: 'dynamic' }
        { name: 'device', type: 'dynamic' }
        { name: 'dst_endpoint', type: 'dynamic' }
        { name: 'enrichments', type: 'dynamic' }
        { name: 'evidence', type: 'dynamic' }
        { name: 'evidences', type: 'dynamic' }
        { name: 'finding', type: 'dynamic' }
        { name: 'finding_info', type: 'dynamic' }
        { name: 'firewall_rule', type: 'dynamic' }
        { name: 'http_request', type: 'dynamic' }
        { name: 'kill_chain', type: 'dynamic' }
        { name: 'logon_process', type: 'dynamic' }
        { name: 'malware', type: 'dynamic' }
        { name: 'metadata', type: 'dynamic' }
        { name: 'nist', type: 'dynamic' }
        { name: 'observables', type: 'dynamic' }
        { name: 'policy', type: 'dynamic' }
        { name: 'process', type: 'dynamic' }
        { name: 'remediation', type: 'dynamic' }
        { name: 'resources', type: 'dynamic' }
        { name: 'service', type: 'dynamic' }
        { name: 'session', type: 'dynamic' }
        { name: 'src_endpoint', type: 'dynamic' }
        { name: 'unmapped', type: 'dynamic' }
        { name: 'user', type: 'dynamic' }
        { name: 'user_result', type: 'dynamic' }
        { name: 'vulnerabilities', type: 'dynamic' }
      ]
    }
  }
}

resource endpoint 'Microsoft.Insights/dataCollectionEndpoints@2023-03-11' = {
  name: ruleName
  location: location
  properties: {
    networkAcls: {
      publicNetworkAccess: 'Enabled'
    }
  }
}

resource rule 'Microsoft.Insights/dataCollectionRules@2023-03-11' = {
  name: ruleName
  location: location
  dependsOn: [
    table
  ]
  properties: {
    dataCollectionEndpointId: endpoint.id
    streamDeclarations: {
      'Custom-ArbitexAuditLogs': {
        columns: [
          { name: 'TimeGenerated', type: 'datetime' }
          { name: 'event_uid', type: 'string' }
          { name: 'actor_user_uid', type: 'string' }
          { name: 'actor_user_name', type: 'string' }
          { name: 'actor_user_email', type: 'string' }
          { name: 'actor_org_uid', type: 'string' }
          { name: 'src_ip', type: 'string' }
          { name: 'AdditionalFields', type: 'dynamic' }
          { name: 'time', type: 'long' }
          { name: 'type_uid', type: 'long' }
          { name: 'count', type: 'long' }
          { name: 'duration', type: 'long' }
          { name: 'end_time', type: 'long' }
          { name: 'start_time', type: 'long' }
          { name: 'action_id', type: 'int' }
          { name: 'activity_id', type: 'int' }
          { name: 'auth_protocol_id', type: 'int' }
          { name: 'category_uid', type: 'int' }
          { name: 'class_uid', type: 'int' }
          { name: 'confidence_id', type: 'int' }
          { name: 'confidence_score', type: 'int' }
          { name: 'disposition_id', type: 'int' }
          { name: 'impact_id', type: 'int' }
          { name: 'impact_score', type: 'int' }
          { name: 'logon_type_id', type: 'int' }
          { name: 'risk_level_id', type: 'int' }
          { name: 'risk_score', type: 'int' }
          { name: 'severity_id', type: 'int' }
          { name: 'state_id', type: 'int' }
          { name: 'status_id', type: 'int' }
          { name: 'timezone_offset', type: 'int' }
          { name: 'action', type: 'string' }
          { name: 'activity_name', type: 'string' }
          { name: 'auth_protocol', type: 'string' }
          { name: 'category_name', type: 'string' }
          { name: 'class_name', type: 'string' }
          { name: 'comment', type: 'string' }
          { name: 'confidence', type: 'string' }
          { name: 'disposition', type: 'string' }
          { name: 'impact', type: 'string' }
          { name: 'logon_type', type: 'string' }
          { name: 'message', type: 'string' }
          { name: 'raw_data', type: 'string' }
          { name: 'risk_level', type: 'string' }
          { name: 'severity', type: 'string' }
          { name: 'state', type: 'string' }
          { name: 'status', type: 'string' }
          { name: 'status_code', type: 'string' }
          { name: 'status_detail', type: 'string' }
          { name: 'type_name', type: 'string' }
          { name: 'is_cleartext', type: 'boolean' }
          { name: 'is_mfa', type: 'boolean' }
          { name: 'is_new_logon', type: 'boolean' }
          { name: 'is_remote', type: 'boolean' }
          { name: 'end_time_dt', type: 'datetime' }
          { name: 'start_time_dt', type: 'datetime' }
          { name: 'time_dt', type: 'datetime' }
          { name: 'actor', type: 'dynamic' }
          { name: 'analytic', type: 'dynamic' }
          { name: 'api', type: 'dynamic' }
          { name: 'attacks', type: 'dynamic' }
          { name: 'authorizations', type: 'dynamic' }
          { name: 'certificate', type: 'dynamic' }
          { name: 'cis_csc', type: 'dynamic' }
          { name: 'cloud', type: 'dynamic' }
          { name: 'compliance', type: 'dynamic' }
          { name: 'data_sources', type: 'dynamic' }
          { name: 'device', type: 'dynamic' }
          { name: 'dst_endpoint', type: 'dynamic' }
          { name: 'enrichments', type: 'dynamic' }
          { name: 'evidence', type: 'dynamic' }
          { name: 'evidences', type: 'dynamic' }
          { name: 'finding', type: 'dynamic' }
          { name: 'finding_info', type: 'dynamic' }
          { name: 'firewall_rule', type: 'dynamic' }
          { name: 'http_request', type: 'dynamic' }
          { name: 'kill_chain', type: 'dynamic' }
          { name: 'logon_process', type: 'dynamic' }
          { name: 'malware', type: 'dynamic' }
          { name: 'metadata', type: 'dynamic' }
          { name: 'nist', type: 'dynamic' }
          { name: 'observables', type: 'dynamic' }
          { name: 'policy', type: 'dynamic' }
          { name: 'process', type: 'dynamic' }
          { name: 'remediation', type: 'dynamic' }
          { name: 'resources', type: 'dynamic' }
          { name: 'service', type: 'dynamic' }
          { name: 'session', type: 'dynamic' }
          { name: 'src_endpoint', type: 'dynamic' }
          { name: 'unmapped', type: 'dynamic' }
          { name: 'user', type: 'dynamic' }
          { name: 'user_result', type: 'dynamic' }
          { name: 'vulnerabilities', type: 'dynamic' }
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
          'Custom-ArbitexAuditLogs'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-ArbitexAuditLogs_CL'
      }
    ]
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: rule
  name: guid(rule.id, principalId, '3913510d-42f4-4e42-8a64-420c390055eb')
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (mayReadRule) {
  scope: rule
  name: guid(rule.id, principalId, 'acdd72a7-3385-48ef-bd42-f606fba81ae7')
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

output endpoint string = endpoint.properties.logsIngestion.endpoint
output dcr_immutable_id string = rule.properties.immutableId
output stream_name string = 'Custom-ArbitexAuditLogs'
