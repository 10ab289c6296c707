import { describeCompleteness, describeIsolation, describeOwnIds } from "@/tests/isolation/suite";

describeCompleteness();
describeOwnIds();
describeIsolation("with both walls");
