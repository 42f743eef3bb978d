import { start } from '../shared/app/start.tsx';
import { OperationsApp } from './operations-app.tsx';
import { operationsPaths } from './paths.ts';
import 'uplot/dist/uPlot.min.css';
import './style/operations.css';

start(<OperationsApp />, Object.values(operationsPaths));
