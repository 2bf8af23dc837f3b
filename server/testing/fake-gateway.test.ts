import { describeGateway } from "./gateway-contract.ts";
import { fakeGateways } from "./gateway-contract-fake.ts";

describeGateway("the gateway without media", fakeGateways);
