import datadog from "@arbitex/connector-datadog";
import elastic from "@arbitex/connector-elastic";
import sentinel from "@arbitex/connector-sentinel";
import splunk from "@arbitex/connector-splunk";
import sumo from "@arbitex/connector-sumo";
import type { AnyConnector } from "@arbitex/core";
import type { SinkType } from "../contender.ts";

export const connectors: Readonly<Record<SinkType, AnyConnector>> = {
  splunk_hec: splunk,
  elastic,
  datadog,
  sumo_logic: sumo,
  sentinel,
};
